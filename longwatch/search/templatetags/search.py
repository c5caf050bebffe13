# SPDX-License-Identifier: Apache-2.0
"""Small words of the search templates."""

from django import template
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.entities.kinds import EntityKind
from longwatch.records.models import RecordKind
from longwatch.search.chart import Bar, Chart
from longwatch.search.highlight import marked
from longwatch.search.kinds import ResultKind
from longwatch.search.seen import Count, Seen

register = template.Library()

ICONS = {
    "signal": "radio", "incident": "siren", "case": "briefcase", "note": "message-square", "task": "square-check",
    "entity": "fingerprint-pattern", "exhibit": "paperclip", "finding": "scale", "decision": "gavel",
}  # fmt: skip


@register.filter
def marks(text: str) -> SafeString:
    """The text with the found words marked."""
    return marked(text)


@register.filter
def result_icon(kind: str) -> str:
    """The icon of a kind of result."""
    return ICONS.get(kind, "circle")


@register.filter
def result_word(kind: str) -> str:
    """One of a kind of result."""
    words = {
        ResultKind.SIGNAL: _("Signal"), ResultKind.INCIDENT: _("Incident"), ResultKind.CASE: _("Case"),
        ResultKind.NOTE: _("Note"), ResultKind.TASK: _("Task"), ResultKind.ENTITY: _("Person or thing"),
        ResultKind.EXHIBIT: _("Evidence"), ResultKind.FINDING: _("Finding"), ResultKind.DECISION: _("Decision"),
    }  # fmt: skip
    return words.get(ResultKind(kind), kind)


@register.filter
def entity_word(kind: str) -> str:
    """The kind of an entity."""
    return str(EntityKind(kind).label) if kind in EntityKind.values else kind


@register.filter
def seen_sentence(group: Seen) -> str:
    """How often an entity was seen and what became of it: "Seen in 14 signals: 13 dismissed, 1 open; 1 case: open."."""
    if not group.counts:
        return _("Not seen in anything you may see.")
    return _("Seen in %(counts)s.") % {"counts": "; ".join(_counted(count) for count in group.counts)}


@register.filter
def chart_sentence(drawn: Chart) -> str:
    """What a chart shows, in words: how many, from when, and when most."""
    words = ngettext("%(number)s record since %(since)s.", "%(number)s records since %(since)s.", drawn.total) % {
        "number": number_format(drawn.total, force_grouping=True), "since": chart_time(drawn, drawn.seen[0]),
    }  # fmt: skip
    if len(drawn.seen) > 1:
        peak = {"number": number_format(drawn.highest, force_grouping=True), "when": chart_time(drawn, drawn.peak)}
        words = f"{words} {_('Most at once: %(number)s, %(when)s.') % peak}"
    return f"{words} {_('Only those that came last are counted, because there are too many.')}" if drawn.cut else words


@register.simple_tag
def chart_time(drawn: Chart, bar: Bar) -> str:
    """When a bar begins, as exactly as its unit is; with the zone where it is a time of day."""
    if drawn.unit == "hour":
        return f"{date_format(bar.start, 'j M, H:i')} {bar.start.tzname()}"
    if drawn.unit == "week":
        return _("week of %(day)s") % {"day": date_format(bar.start, "j M Y")}
    return date_format(bar.start, {"day": "j M Y", "month": "F Y", "year": "Y"}[drawn.unit])


def _counted(count: Count) -> str:
    number = number_format(count.total, force_grouping=True)
    words = {
        RecordKind.SIGNAL: ngettext("%(number)s signal", "%(number)s signals", count.total),
        RecordKind.INCIDENT: ngettext("%(number)s incident", "%(number)s incidents", count.total),
        RecordKind.CASE: ngettext("%(number)s case", "%(number)s cases", count.total),
    }
    outcomes = ", ".join(
        f"{number_format(total, force_grouping=True)} {outcome.label}"
        if len(count.outcomes) > 1
        else str(outcome.label)
        for outcome, total in count.outcomes
    )
    if count.more:
        looked_at = _("of %(number)s looked at: %(outcomes)s") % {"number": number, "outcomes": outcomes}
        return f"{_or_more(count.kind) % {'number': number}} ({looked_at})"
    return f"{words[count.kind] % {'number': number}} ({outcomes})"


def _or_more(kind: RecordKind) -> str:
    words = {
        RecordKind.SIGNAL: _("%(number)s or more signals"),
        RecordKind.INCIDENT: _("%(number)s or more incidents"),
        RecordKind.CASE: _("%(number)s or more cases"),
    }
    return words[kind]
