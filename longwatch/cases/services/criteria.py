# SPDX-License-Identifier: Apache-2.0
"""Saying what makes an incident or a case."""

import re
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases.criteria import Proposes, read_conditions, shipped
from longwatch.cases.events import CriterionSet
from longwatch.cases.models import CaseCriterion
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, refuse_stale
from longwatch.core.words import written

MOST_CRITERIA = 50
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY, LONGEST_NAME, LONGEST_REASON = 60, 100, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a criterion is to say."""

    name: str
    proposes: str
    reason: str
    conditions: Any
    enabled: bool = True


@transaction.atomic
def set_criterion(key: str, said: Said, *, expected_version: int | None = None, by: Actor) -> CaseCriterion:
    """Say what a criterion says from now on: a shipped one otherwise, or one of our own; proposals follow at once.

    Refuses (422) what cannot be used, and (409) more criteria than anybody oversees.
    """
    require(by, Permission.SOURCE_MANAGE)
    require(by, Permission.CASE_OPEN)
    _refuse_unusable(key, said)
    conditions = [msgspec.to_builtins(each) for each in read_conditions(said.conditions)]
    row = CaseCriterion.objects.select_for_update().filter(org_id=by.org_id, key=key).first()
    refuse_stale(row.version if row is not None else 0, expected_version)
    is_new = row is None
    if row is None:
        row = CaseCriterion(org_id=by.org_id, key=key, compartment=access_selectors.operations(by.org_id))
        if CaseCriterion.objects.filter(org_id=by.org_id).count() >= MOST_CRITERIA:
            raise Conflict(_("There are as many criteria as one can oversee. Change one of them."), code="too_many")
    row.name = written(said.name, "name", _("Give it a name."), LONGEST_NAME)
    row.reason = written(said.reason, "reason", _("Say why it makes one."), LONGEST_REASON)
    row.proposes, row.conditions, row.enabled = said.proposes, conditions, said.enabled
    row.changed_by_id, row.changed_at = by.id, clock.now()
    event = CriterionSet(
        subject_id=row.id, compartment_id=row.compartment_id, criterion=row.name, proposes=row.proposes,
        reason=row.reason, conditions=conditions, enabled=row.enabled,
    )  # fmt: skip
    if is_new:
        return ledger.record_created(event, by=by, row=row)
    fields = ["name", "reason", "proposes", "conditions", "enabled", "changed_by", "changed_at"]
    return ledger.record(event, by=by, row=row, fields=fields)


def key_for(name: str) -> str:
    """A key for a new criterion of this name; one that nothing shipped has."""
    key = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:LONGEST_KEY].strip("-") or "own"
    return f"{key[: LONGEST_KEY - 4]}-own" if key in shipped() else key


def _refuse_unusable(key: str, said: Said) -> None:
    wrong = {}
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        wrong["key"] = _("Use small letters, digits and hyphens.")
    if said.proposes not in Proposes.values:
        wrong["proposes"] = _("Choose incident or case.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
