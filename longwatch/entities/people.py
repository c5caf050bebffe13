# SPDX-License-Identifier: Apache-2.0
"""People and things as the records' pages name them (see records.views.Desk)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from longwatch.core.actor import Actor
from longwatch.entities import selectors
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, Part
from longwatch.entities.models import Mention
from longwatch.entities.services import mentions
from longwatch.records.reference import RecordRef

PARTS_IN_ORDER = (
    Part.SUBJECT, Part.RESPONDENT, Part.AFFECTED, Part.REPORTER, Part.WITNESS, Part.INVOLVED, Part.SCENE,
    Part.INDICATOR,
)  # fmt: skip
BY_PART = Case(*(When(part=part, then=Value(place)) for place, part in enumerate(PARTS_IN_ORDER)), default=Value(99))


class MentionForm(forms.Form):
    """Who or what, and its part in the record."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=EntityKind.choices, error_messages={"required": _("Choose what it is.")}
    )
    value = forms.CharField(
        label=_("Name or value"), max_length=LONGEST_VALUE, error_messages={"required": _("Give a name or value.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    part = forms.ChoiceField(
        label=_("Part"),
        choices=Part.choices,
        initial=Part.INVOLVED,
        error_messages={"required": _("Choose the part in the record.")},
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class MentionsOnPages:
    """The mentions of a record, for a desk."""

    form: type[forms.Form] = MentionForm

    def named(self, record_id: UUID) -> QuerySet[Mention]:
        """The open mentions of a record, those first whom it is about."""
        return selectors.mentions(record_id).order_by(BY_PART, "added_at", "id")

    def add(self, record: RecordRef, values: Mapping[str, Any], *, by: Actor) -> Mention:
        """Name somebody or something."""
        return mentions.add_mention(
            record, kind=values["kind"], value=values["value"], part=values["part"], note=values["note"], by=by
        )

    def end(self, record: RecordRef, mention_id: UUID, *, by: Actor) -> Mention:
        """Take a name out again."""
        return mentions.end_mention(record, mention_id, by=by)


PEOPLE = MentionsOnPages()
