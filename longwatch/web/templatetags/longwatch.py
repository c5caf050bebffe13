# SPDX-License-Identifier: Apache-2.0
"""The components pages are built from."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from longwatch.access.roles import PERMISSION_NAMES, Permission
from longwatch.core import clock
from longwatch.core.discretion import is_only_day
from longwatch.web.moments import (
    TO,
    absolute_words,
    dated_words,
    day_words,
    duration_words,
    relative_words,
    stretch_words,
)
from longwatch.web.shortening import shortened_html
from longwatch.web.sizes import size_words
from longwatch.web.vocabulary import severity_look, status_label, status_tone

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One icon of the sprite; silent for screen readers unless it carries a label."""
    return _icon(name, str(label), size)


# A long page has hundreds of icons, a handful of different ones.
@lru_cache(maxsize=1000)
def _icon(name: str, label: str, size: str) -> SafeString:
    url = static("web/dist/sprite.svg")
    css = f"icon icon-{size}" if size else "icon"
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" width="18" height="18" {}><use href="{}#{}"></use></svg>', css, spoken, url, name
    )


@register.simple_tag
def severity(value: int | str) -> SafeString:
    """The severity as tint, icon and word."""
    word, label, picture = severity_look(value)
    return format_html('<span class="severity severity-{}">{}{}</span>', word, icon(picture), label)


@register.filter
def severity_class(value: int | str) -> str:
    """The CSS class that gives a row its severity mark, with the class `marked`."""
    return f"severity-{severity_look(value)[0]}"


@register.simple_tag
def status(value: str, label: str = "") -> SafeString:
    """A status as a chip with a dot and the word."""
    word = str(value)
    return format_html('<span class="status status-{}">{}</span>', status_tone(word), label or status_label(word))


@register.filter(name="size_words")
def size_in_words(size: int | str | None) -> str:
    """A number of bytes in its largest decimal unit; what is no number, as a file may claim, as it is written."""
    text = str(size or 0)
    return size_words(int(text)) if text.isdecimal() else text


@register.simple_tag
def when(moment: datetime | None, empty: str = "") -> SafeString:
    """A relative time that carries the absolute time and zone."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', empty or _("not yet"))
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        moment.isoformat(),
        absolute_words(moment),
        relative_words(moment, clock.now()),
    )


@register.simple_tag
def at(moment: datetime | None) -> SafeString:
    """An absolute time with its zone, for timelines, prints and records."""
    if moment is None:
        return SafeString("")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), absolute_words(moment))


@register.simple_tag
def day(moment: datetime) -> SafeString:
    """The day alone, in UTC, of something whose time of day is not kept."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.date(), _("Only the day is kept."), day_words(moment)
    )


@register.simple_tag
def stamped(moment: datetime | None) -> SafeString:
    """When something that nobody typed the time of was seen here; the day alone, where nothing finer is kept."""
    return day(moment) if moment is not None and is_only_day(moment) else when(moment)


@register.simple_tag
def stamped_at(moment: datetime | None) -> SafeString:
    """The same with the absolute time."""
    return day(moment) if moment is not None and is_only_day(moment) else at(moment)


@register.simple_tag
def dated(moment: datetime) -> SafeString:
    """How long ago something was; of what is older, the date and the time of day."""
    if is_only_day(moment):
        return day(moment)
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        moment.isoformat(),
        absolute_words(moment),
        dated_words(moment, clock.now()),
    )


@register.simple_tag
def stretch(first: datetime, last: datetime) -> SafeString:
    """From when to when, with year, hours and zone; the days alone, where nothing finer is kept."""
    if is_only_day(first) or is_only_day(last):
        return day(first) if first == last else format_html("{} {} {}", stamped_at(first), TO, stamped_at(last))
    title = f"{absolute_words(first)} {TO} {absolute_words(last)}"
    return format_html('<span class="number" title="{}">{}</span>', title, stretch_words(first, last))


@register.filter
def shortened(text: str) -> str:
    """A text whose long addresses are drawn short: hovering shows them whole, and copying takes them whole."""
    return shortened_html(text)


@register.simple_tag
def due(moment: datetime | None, soon_minutes: int = 60) -> SafeString:
    """A countdown: calm, soon or late in colour and in words."""
    if moment is None:
        return SafeString("")
    left = moment - clock.now()
    late = left < timedelta(0)
    tone = "late" if late else "soon" if left <= timedelta(minutes=soon_minutes) else "calm"
    words = _("%(span)s overdue") if late else _("due in %(span)s")
    return format_html(
        '<time class="countdown countdown-{}" datetime="{}" title="{}" data-countdown>{}</time>',
        tone,
        moment.isoformat(),
        absolute_words(moment),
        words % {"span": duration_words(abs(left))},
    )


@register.simple_tag
def duration(span: timedelta | float | None) -> SafeString:
    """A duration in its two largest units."""
    if span is None:
        return SafeString("")
    length = span if isinstance(span, timedelta) else timedelta(seconds=span)
    return format_html('<span class="number">{}</span>', duration_words(length))


@register.simple_tag
def reference(ref: str, url: str = "") -> SafeString:
    """A reference such as INC-2026-0142, as a link, with a button that copies it."""
    text = (
        format_html('<a class="reference-link" href="{}">{}</a>', url, ref)
        if url
        else format_html('<span class="reference-link">{}</span>', ref)
    )
    return format_html(
        '<span class="reference">{}<button type="button" class="reference-copy only-script" data-copy="{}" '
        'aria-label="{}">{}</button></span>',
        text,
        ref,
        _("Copy %(reference)s") % {"reference": ref},
        icon("copy"),
    )


@register.simple_tag
def copying(value: str) -> SafeString:
    """A quiet button that copies a value, whole."""
    return format_html(
        '<button type="button" class="copy-button only-script" data-copy="{}" aria-label="{}" title="{}">{}</button>',
        value,
        _("Copy %(reference)s") % {"reference": value},
        _("Copy"),
        icon("copy", size="small"),
    )


@register.simple_tag
def person(name: str | None, empty: str = "") -> SafeString:
    """A person's initials and name, or that nobody is there yet."""
    if not name:
        face = '<span class="person person-none"><span class="person-face" aria-hidden="true"></span>{}</span>'
        return format_html(face, empty or _("Nobody yet"))
    return format_html(
        '<span class="person"><span class="person-face" aria-hidden="true">{}</span>'
        '<span class="person-name">{}</span></span>',
        initials(name),
        name,
    )


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and last word of a name."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


@register.filter
def permission_name(value: str) -> str:
    """What a permission lets somebody do, in words; one that is no longer known keeps its name."""
    return str(PERMISSION_NAMES[Permission(value)]) if value in set(Permission) else value


@register.simple_tag
def compartment(name: str, tint: int = 1, url: str = "") -> SafeString:
    """A compartment's quiet label; `tint` is 1 to 5."""
    body = format_html("{}{}", icon("lock"), name)
    css = f"compartment compartment-{(int(tint) - 1) % 5 + 1}"
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', css, url, body)
    return format_html('<span class="{}">{}</span>', css, body)


@register.inclusion_tag("web/parts/stepper.html")
def stepper(steps: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """The path of a status: each step has name, at (or None) and state (done, current, todo)."""
    return {"steps": steps, "label": label or _("Status")}


@register.inclusion_tag("web/parts/field.html")
def field(bound: Any, label: str = "", help: str = "") -> dict[str, Any]:  # noqa: A002 - the word people see
    """A form field with label, help and error."""
    return {"field": bound, "label": label or bound.label, "help_text": help or bound.help_text}


@register.simple_tag
def select(bound: BoundField) -> SafeString:
    """A field's choices as a select; its widget would render a template for each of them."""
    widget: Any = bound.field.widget
    chosen, mark = str(bound.value() or ""), mark_safe(" selected")
    options = ((value, mark if str(value) == chosen else "", label) for value, label in widget.choices)
    return format_html(
        '<select name="{}" id="{}">{}</select>', bound.html_name, bound.auto_id,
        format_html_join("", '<option value="{}"{}>{}</option>', options),
    )  # fmt: skip


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What must be put right in a form, with a link to each field; nothing when the form is fine."""
    problems = [
        (form[name].id_for_label or form[name].auto_id, form[name].label, message)
        if name in form.fields
        else ("", "", message)
        for name, messages in form.errors.items()
        for message in messages
    ]
    return {"problems": problems}


@register.inclusion_tag("web/parts/empty.html")
def nothing(heading: str, text: str = "", icon: str = "inbox", url: str = "", action: str = "") -> dict[str, str]:
    """Nothing here, said kindly, with one thing to do."""
    return {"heading": heading, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("web/parts/pager.html")
def pager(newer: str = "", older: str = "", shown: int | str = "", total: int | str = "") -> dict[str, Any]:
    """Newer and older links of a keyset list; the URLs are whole query strings or empty."""
    return {"newer": newer, "older": older, "shown": shown, "total": total}


@register.inclusion_tag("web/parts/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Tabs that are links: each has name, url, current and perhaps count."""
    return {"items": items, "label": label or _("Sections")}


@register.inclusion_tag("web/parts/progress.html")
def progress(value: float, maximum: float = 100, label: str = "") -> dict[str, Any]:
    """A progress bar with its words."""
    return {"value": value, "maximum": maximum, "label": label}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The present query string with some values changed, or removed when None; without the page cursor."""
    request: HttpRequest = context["request"]
    values: QueryDict = request.GET.copy()
    for gone in ("after", "before", "cursor"):
        values.pop(gone, None)
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}" if values else "?"
