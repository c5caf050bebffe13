# SPDX-License-Identifier: Apache-2.0
"""The form of a feed."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.enrichment.feed_models import HOUR, INDICATORS, Feed, FeedKind
from longwatch.enrichment.feeds.kinds import KINDS, MOST_COLUMN, MOST_DAYS
from longwatch.enrichment.models import DatasetKind
from longwatch.enrichment.services.feeds import Feeding
from longwatch.intake.poll_models import PollScheme
from longwatch.intake.polling.kinds import query_in

SCHEMES = [(each.value, each.label) for each in PollScheme if each != PollScheme.KEY]
DAY = 24 * HOUR
INTERVALS = [
    (900, _("15 minutes")), (HOUR, _("Hour")), (6 * HOUR, _("6 hours")), (DAY, _("Day")), (7 * DAY, _("Week")),
]  # fmt: skip
# Fields of the form that are settings of the kind.
SETTINGS = ("days", "collection", "column", "holds", "published", "tags", "query")
# Fields that a way of signing in has.
SCHEMES_OF = {"user": "basic", "secret": "basic bearer plain"}


class FeedForm(forms.Form):
    """All that can be set; which of it counts depends on the kind."""

    label = forms.CharField(
        label=_("Name"), max_length=100, error_messages={"required": _("Enter a name.")},
        help_text=_("Such as who publishes it. Results about signals name it."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What it is"), choices=FeedKind.choices, error_messages={"required": _("Choose what it is.")}
    )
    url = forms.CharField(
        label=_("Address"), max_length=500, error_messages={"required": _("Enter the address of the feed.")},
        help_text=_("Of the folder, server, API root, collection or list. Longwatch connects there and nowhere else."),
    )  # fmt: skip
    scheme = forms.ChoiceField(
        label=_("Signs in with"), choices=SCHEMES, initial=PollScheme.NONE.value,
        error_messages={"required": _("Choose how Longwatch signs in.")},
    )  # fmt: skip
    user = forms.CharField(label=_("User"), required=False, max_length=200, help_text=_("With a password only."))
    secret = forms.CharField(
        label=_("Password, key or token"), required=False, max_length=4000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept hidden, and sent to this address only."),
    )  # fmt: skip
    collection = forms.CharField(
        label=_("TAXII collection"), required=False, max_length=200,
        help_text=_("Its identifier, alias or title, where there are several."),
    )  # fmt: skip
    interval_seconds = forms.TypedChoiceField(
        label=_("Fetched every"), choices=INTERVALS, coerce=int, initial=HOUR,
        error_messages={"required": _("Choose how often.")},
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Values hold for … days"), min_value=0, max_value=MOST_DAYS, initial=90, required=False,
        error_messages={"invalid": _("Enter a whole number of days.")},
        help_text=_("After their last change, and older ones are not fetched. 0: for as long as the feed has them."),
    )  # fmt: skip
    list_name = forms.CharField(
        label=_("List"),
        required=False,
        max_length=100,
        help_text=_("The list that it fills. Empty: as the feed is named."),
    )
    tags = forms.CharField(
        label=_("Tags in MISP"), required=False, max_length=2000,
        help_text=_("Any of these, separated by commas. Empty: all."),
    )  # fmt: skip
    published = forms.BooleanField(label=_("Only what is published in MISP"), required=False, initial=True)
    query = forms.CharField(
        label=_("Only what fits, in MISP"), required=False, max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"}),
        help_text=_("A search in JSON, such as {\"type\": [\"ip-dst\", \"domain\"]}. Empty: everything."),
    )  # fmt: skip
    column = forms.IntegerField(
        label=_("Column of a table"), required=False, min_value=1, max_value=MOST_COLUMN,
        error_messages={"invalid": _("Enter the number of a column.")},
        help_text=_("In a CSV file, counted from 1. Empty: a value a line."),
    )  # fmt: skip
    holds = forms.ChoiceField(
        label=_("What the list holds"), choices=DatasetKind.choices, initial=INDICATORS, required=False,
        help_text=_("Stays as it is. What a list holds of another kind is left out."),
    )  # fmt: skip
    authorities = forms.CharField(
        label=_("Certificate of its authority"), required=False, max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_("In PEM, where its certificate is of an authority of your own."),
    )  # fmt: skip
    unverified = forms.BooleanField(
        label=_("Do not check its certificate"), required=False,
        help_text=_("Whoever is between can read the password then. Only to try something out."),
    )  # fmt: skip

    def shown(self) -> list[tuple[forms.BoundField, str, str]]:
        """The fields, each with the kinds and the ways of signing in that have it, or nothing where all do.

        css/forms.css shows them so.
        """
        return [(field, " ".join(_kinds_of(field.name)), SCHEMES_OF.get(field.name, "")) for field in self]

    def clean(self) -> dict[str, Any]:
        """Overlook what is wrong with fields that the chosen kind does not have: they are not seen."""
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

    def wanted(self, *, enabled: bool = True) -> Feeding:
        """What was entered, without what is of no use for the kind."""
        given = self.cleaned_data
        settings = {name: given[name] for name in SETTINGS if name in KINDS[given["kind"]].settings}
        names = ("label", "kind", "url", "scheme", "user", "secret", "authorities", "interval_seconds")
        values = {name: given[name] for name in names}
        return Feeding(
            **values, verified=not given["unverified"], settings=settings, enabled=enabled,
            list_name=given.get("list_name", ""),
        )  # fmt: skip


def _kinds_of(name: str) -> list[str]:
    """The kinds of feeds that have a setting; none for what is no setting, which all have."""
    return [kind for kind, each in KINDS.items() if name in each.settings]


def initial_of(feed: Feed) -> dict[str, Any]:
    """What the form shows of a feed."""
    shown = {name: getattr(feed, name) for name in ("label", "kind", "url", "scheme", "user", "authorities")}
    settings = dict(feed.settings)
    settings["query"] = json.dumps(settings["query"]) if settings.get("query") else ""
    settings["tags"] = ", ".join(settings.get("tags") or [])
    # 0 stands for no column.
    settings["column"] = settings.get("column") or None
    return (
        shown
        | settings
        | {"holds": feed.holds, "interval_seconds": feed.interval_seconds, "unverified": not feed.verified}
    )


def of_feed(data: Any, feed: Feed) -> FeedForm:
    """The form to change a feed; its list stays, and an interval that was set by API can be kept."""
    form = FeedForm(data, initial=initial_of(feed))
    del form.fields["list_name"]
    form.fields["holds"].disabled = True
    interval = form.fields["interval_seconds"]
    if isinstance(interval, forms.TypedChoiceField) and feed.interval_seconds not in dict(INTERVALS):
        interval.choices = [*INTERVALS, (feed.interval_seconds, f"{feed.interval_seconds} s")]
    return form
