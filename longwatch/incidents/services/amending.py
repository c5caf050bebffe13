# SPDX-License-Identifier: Apache-2.0
"""Changes of what describes an incident: title, summary, category, place, next action."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.incidents import rules
from longwatch.incidents.events import IncidentAmended
from longwatch.incidents.models import Incident
from longwatch.incidents.services import changing
from longwatch.records.categories import BY_CODE

LONGEST = {"title": 300, "summary": 20_000, "place": 300, "next_action": 300}
AMENDABLE = (
    "title", "summary", "category", "place", "latitude", "longitude", "occurred_at", "next_action", "next_action_due",
)  # fmt: skip


@transaction.atomic
def amend_incident(
    incident_id: UUID, changes: Mapping[str, Any], *, by: Actor, expected_version: int | None = None
) -> Incident:
    """Change descriptive fields in one entry with what was there before; unchanged values change nothing."""
    incident = changing.load_open(incident_id, by, expected_version)
    wanted = {name: _fitting(name, value) for name, value in changes.items()}
    changed = {name: value for name, value in wanted.items() if getattr(incident, name) != value}
    if not changed:
        return incident
    before = {name: _plain(getattr(incident, name)) for name in changed}
    for name, value in changed.items():
        setattr(incident, name, value)
    after = {name: _plain(value) for name, value in changed.items()}
    return changing.write(
        IncidentAmended(**changing.about(incident), before=before, after=after), incident, list(changed), by
    )


def _fitting(name: str, value: Any) -> Any:
    if name not in AMENDABLE:
        raise Invalid(_("This cannot be changed here."), fields={name: _("This cannot be changed here.")})
    if name == "title":
        return rules.refuse_title(str(value))
    if name == "category" and value not in BY_CODE:
        raise Invalid(_("Choose a category."), fields={"category": _("Choose one of the categories.")})
    if name in LONGEST and len(str(value)) > LONGEST[name]:
        sentence = _("Use at most %(count)s characters.") % {"count": LONGEST[name]}
        raise Invalid(_("The text is too long."), fields={name: sentence})
    return value.strip() if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
