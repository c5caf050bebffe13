# SPDX-License-Identifier: Apache-2.0
"""The form of a connection over which signals are fetched."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.intake.poll_models import Poll, PollKind, PollScheme
from longwatch.intake.polling.kinds import KINDS, query_in
from longwatch.intake.services.polls import Fetching

WHAT = (("events", _("Events")), ("attributes", _("Attributes")))
# Fields of the form that are settings of the kind.
SETTINGS = ("index", "time_field", "tie_field", "query", "late_seconds", "what", "tags", "published")
# Fields that a way of signing in has.
SCHEMES_OF = {"user": "basic", "secret": "basic key bearer plain"}


class PollForm(forms.Form):
    """All that can be set; which of it counts depends on the tool."""

    label = forms.CharField(
        label=_("Name"), max_length=100, error_messages={"required": _("Enter a name.")},
        help_text=_("Such as the tool and where it runs."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Tool"), choices=PollKind.choices, error_messages={"required": _("Choose the tool.")}
    )
    url = forms.CharField(
        label=_("Address"), max_length=500, error_messages={"required": _("Enter the address of the tool.")},
        help_text=_("Such as https://search.example.org:9200. Longwatch connects there and nowhere else."),
    )  # fmt: skip
    scheme = forms.ChoiceField(
        label=_("Signs in with"), choices=PollScheme.choices,
        error_messages={"required": _("Choose how Longwatch signs in.")},
    )  # fmt: skip
    user = forms.CharField(label=_("User"), required=False, max_length=200, help_text=_("With a password only."))
    secret = forms.CharField(
        label=_("Password, key or token"), required=False, max_length=4000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept hidden, and sent to this address only."),
    )  # fmt: skip
    index = forms.CharField(
        label=_("Index"), required=False, max_length=200,
        help_text=_("An index, data stream or pattern, such as logs-*. Empty for Wazuh: wazuh-alerts-*."),
    )  # fmt: skip
    query = forms.CharField(
        label=_("Only what fits"), required=False, max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_("A query in JSON, such as {\"range\": {\"rule.level\": {\"gte\": 7}}}. Empty: everything."),
    )  # fmt: skip
    what = forms.ChoiceField(label=_("From MISP"), required=False, choices=WHAT, initial="events")
    tags = forms.CharField(
        label=_("Tags in MISP"), required=False, max_length=2000,
        help_text=_("Any of these, separated by commas. Empty: all."),
    )  # fmt: skip
    published = forms.BooleanField(label=_("Only what is published in MISP"), required=False, initial=True)
    interval_seconds = forms.IntegerField(
        label=_("Asks every … seconds"), min_value=10, max_value=86_400, initial=60,
        error_messages={"required": _("Enter a number of seconds."), "invalid": _("Enter a whole number of seconds.")},
    )  # fmt: skip
    back_hours = forms.IntegerField(
        label=_("Begins … hours ago"), min_value=0, max_value=8_783, initial=24,
        error_messages={"required": _("Enter a number of hours."), "invalid": _("Enter a whole number of hours.")},
    )  # fmt: skip
    time_field = forms.CharField(
        label=_("Field with the time"), required=False, max_length=100,
        help_text=_("Empty: @timestamp, for Wazuh timestamp."),
    )  # fmt: skip
    tie_field = forms.CharField(
        label=_("Field that tells documents of one time apart"), required=False, max_length=100,
        help_text=_("Only where more than 10,000 documents can have the same time, such as event.id."),
    )  # fmt: skip
    late_seconds = forms.IntegerField(
        label=_("Looks back … seconds for what came late"), required=False, min_value=0, max_value=86_400, initial=60,
        error_messages={"invalid": _("Enter a whole number of seconds.")},
    )  # fmt: skip
    authorities = forms.CharField(
        label=_("Certificate of its authority"), required=False, max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_("In PEM, where the tool's certificate is of an authority of your own."),
    )  # fmt: skip
    unverified = forms.BooleanField(
        label=_("Do not check its certificate"), required=False,
        help_text=_("Whoever is between can read the password then. Only to try something out."),
    )  # fmt: skip

    def shown(self) -> list[tuple[forms.BoundField, str, str]]:
        """The fields, each with the tools and the ways of signing in that have it, or nothing where all do.

        css/forms.css shows them so.
        """
        return [(field, " ".join(_kinds_of(field.name)), SCHEMES_OF.get(field.name, "")) for field in self]

    def clean(self) -> dict[str, Any]:
        """Overlook what is wrong with fields that the chosen tool does not have: they are not seen."""
        cleaned: dict[str, Any] = super().clean() or {}
        kinds = {name: _kinds_of(name) for name in SETTINGS}
        for name in [name for name in self.errors if kinds.get(name) and cleaned.get("kind") not in kinds[name]]:
            del self.errors[name]
        return cleaned

    def clean_query(self) -> dict[str, Any] | None:
        """The query as an object."""
        try:
            return query_in(self.cleaned_data["query"])
        except (ValueError, TypeError):
            raise forms.ValidationError(_("Enter a JSON object."), code="invalid") from None

    def clean_tags(self) -> list[str]:
        """The tags, without the spaces around."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    def wanted(self, *, enabled: bool = True) -> Fetching:
        """What was entered, without what is of no use for the tool."""
        given = self.cleaned_data
        settings = {name: given[name] for name in SETTINGS if name in KINDS[given["kind"]].settings}
        names = ("label", "kind", "url", "scheme", "user", "secret", "authorities", "interval_seconds")
        values = {name: given[name] for name in names}
        return Fetching(**values, verified=not given["unverified"], settings=settings, enabled=enabled)


def _kinds_of(name: str) -> list[str]:
    """The tools that have a setting; none for what is no setting, which all have."""
    return [kind for kind, each in KINDS.items() if name in each.settings]


def initial_of(poll: Poll) -> dict[str, Any]:
    """What the form shows of a connection."""
    shown = {name: getattr(poll, name) for name in ("label", "kind", "url", "scheme", "user", "authorities")}
    settings = dict(poll.settings)
    settings["query"] = json.dumps(settings["query"]) if settings.get("query") else ""
    settings["tags"] = ", ".join(settings.get("tags") or [])
    return shown | settings | {"interval_seconds": poll.interval_seconds, "unverified": not poll.verified}
