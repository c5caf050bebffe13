# SPDX-License-Identifier: Apache-2.0
"""What can be found, and what an actor's role lets them look for; compartments narrow that further."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING


class ResultKind(models.TextChoices):
    """What a result is."""

    SIGNAL = "signal", _("Signals")
    INCIDENT = "incident", _("Incidents")
    CASE = "case", _("Cases")
    NOTE = "note", _("Notes")
    TASK = "task", _("Tasks")
    ENTITY = "entity", _("People & things")
    EXHIBIT = "exhibit", _("Evidence")
    FINDING = "finding", _("Findings")
    DECISION = "decision", _("Decisions")


FURTHER = {ResultKind.ENTITY: Permission.ENTITY_READ, ResultKind.EXHIBIT: Permission.EVIDENCE_READ}
OF_CASES = frozenset({ResultKind.CASE, ResultKind.FINDING, ResultKind.DECISION})


def readable_results(actor: Actor) -> list[ResultKind]:
    """The kinds of results that the actor may find, in the order they are offered."""
    return [kind for kind in ResultKind if _readable(kind, actor)]


def wanted_results(actor: Actor, asked: Iterable[str]) -> list[str]:
    """Those of the asked kinds that the actor may find; all when none is asked for."""
    readable = [str(kind) for kind in readable_results(actor)]
    chosen = set(asked)
    return [kind for kind in readable if kind in chosen] if chosen else readable


def _readable(kind: ResultKind, actor: Actor) -> bool:
    if kind in OF_CASES:
        return actor.may(Permission.CASE_READ)
    if kind in (ResultKind.SIGNAL, ResultKind.INCIDENT):
        return actor.may(READING[RecordKind(kind.value)])
    return actor.may(FURTHER.get(kind, Permission.SEARCH_USE))
