# SPDX-License-Identifier: Apache-2.0
"""A form that would overwrite what changed while it was open: shown again, beside what is stored now."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.choices import flatten_choices
from django.utils.html import format_html
from django.utils.translation import gettext as _

from longwatch.core.actor import Actor
from longwatch.core.errors import Stale
from longwatch.ledger.selectors import who_made
from longwatch.records.briefing_known import moment_words


def refuse_overwriting(form: Any, by: Actor) -> int:
    """Say in the form who changed the record and what is stored now; answers the status.

    The form's initial values are those that are stored. What was typed stays, and the form takes on the version that
    it is shown beside, so that sending it again replaces what the reader has seen, and nothing newer.
    """
    stored = form.initial["version"]
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = str(stored)
    form.add_error(None, _sentence(stored, by))
    for name in form.initial:
        if name != "version" and name in form.fields and name not in getattr(form, "proposed", ()):
            _compare(form, form[name])
    return Stale.status


def _sentence(version: int, by: Actor) -> str:
    made = who_made(version)
    if made is None:
        return _("This was changed while you were typing. Nothing was saved yet: save again to replace what is stored.")
    words = {"time": moment_words(made.at), "name": made.name}
    if made.actor_id == by.id:
        found = _("This was changed at %(time)s by you, in another window or program, while you were typing.") % words
    elif made.name:
        found = _("This was changed at %(time)s by %(name)s while you were typing.") % words
    else:
        found = _("This was changed at %(time)s while you were typing.") % words
    rest = _(
        "Nothing was saved yet. Where your text differs, what is stored now stands beside it; save again to replace it."
    )
    return f"{found} {rest}"


def _compare(form: Any, bound: BoundField) -> None:
    stored = _words(bound, form.initial[bound.name])
    if stored == _words(bound, bound.value()):
        return
    shown = stored or _("nothing")
    if bound.is_hidden:
        form.add_error(None, _("%(field)s: stored now is %(value)s.") % {"field": bound.label, "value": shown})
        return
    bound.help_text = format_html(
        '{} <span class="field-stored">{} <b dir="auto">{}</b></span>', bound.help_text, _("Stored now:"), shown
    )
    form.add_error(bound.name, _("This differs from what is stored now."))


def _words(bound: BoundField, value: Any) -> str:
    """A value as its field shows it, whether stored or typed."""
    field: Any = bound.field
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(flatten_choices(choices)).get(value, value or ""))
    text = field.widget.format_value(field.prepare_value(value))
    return str(text or "").replace("\r\n", "\n").strip()
