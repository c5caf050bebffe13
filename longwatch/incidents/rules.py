# SPDX-License-Identifier: Apache-2.0
"""How an incident moves and what closing needs: one table, and pure questions about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from longwatch.access.roles import Permission
from longwatch.core.errors import Conflict, Invalid
from longwatch.incidents.models import CaseAnswer, Disposition, Incident, IncidentStatus

REPORTED, TRIAGE, ACTIVE = IncidentStatus.REPORTED, IncidentStatus.TRIAGE, IncidentStatus.ACTIVE
STABILIZED, CLOSED, MERGED = IncidentStatus.STABILIZED, IncidentStatus.CLOSED, IncidentStatus.MERGED
WORK, CLOSE = Permission.INCIDENT_WORK, Permission.INCIDENT_CLOSE
OPEN_STATUSES = (REPORTED, TRIAGE, ACTIVE, STABILIZED)
PATH = (REPORTED, TRIAGE, ACTIVE, STABILIZED, CLOSED)
STAMPS = {TRIAGE: "triage_at", ACTIVE: "active_at", STABILIZED: "stabilized_at", CLOSED: "closed_at"}
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Transition:
    """One way an incident can move: from where, to where, who may, and what has to be said."""

    before: IncidentStatus
    after: IncidentStatus
    permission: Permission
    needs: tuple[str, ...] = ()


CLOSING = ("disposition", "summary", "case_answer")
TRANSITIONS = (
    Transition(REPORTED, TRIAGE, WORK),
    Transition(REPORTED, ACTIVE, WORK),
    Transition(REPORTED, STABILIZED, WORK),
    Transition(TRIAGE, ACTIVE, WORK),
    Transition(TRIAGE, STABILIZED, WORK),
    Transition(ACTIVE, STABILIZED, WORK),
    Transition(ACTIVE, TRIAGE, WORK, ("reason",)),
    Transition(STABILIZED, ACTIVE, WORK, ("reason",)),
    *(Transition(status, CLOSED, CLOSE, CLOSING) for status in OPEN_STATUSES),
    *(Transition(status, MERGED, CLOSE, ("target",)) for status in OPEN_STATUSES),
    Transition(CLOSED, TRIAGE, CLOSE, ("reason",)),
)
TABLE = {(t.before, t.after): t for t in TRANSITIONS}


def transition(before: str, after: str) -> Transition:
    """The way from one status to another; refuses (409) when there is none."""
    found = TABLE.get((IncidentStatus(before), IncidentStatus(after)))
    if found is None:
        words = {"before": IncidentStatus(before).label, "after": IncidentStatus(after).label}
        raise Conflict(_("An incident cannot go from “%(before)s” to “%(after)s”.") % words, code="no_such_transition")
    return found


def next_statuses(status: str) -> list[Transition]:
    """Where an incident can go by a plain change of status (closing, merging and reopening have pages of their own)."""
    return [t for t in TRANSITIONS if t.before == status and t.after not in (CLOSED, MERGED) and t.before != CLOSED]


def stamps(after: str, stamped: Mapping[str, datetime | None], now: datetime) -> dict[str, datetime | None]:
    """The times to write on arriving at a status.

    Skipped stages get the same time as the one that was reached instead, which is how `skipped` knows them; going
    back stamps the stage anew, with those that were skipped on the way to it, and forgets the later ones.
    """
    if after == MERGED:
        return {"closed_at": now}
    arrived = PATH.index(IncidentStatus(after))
    times: dict[str, datetime | None] = {}
    replaced = {stamped.get(STAMPS[status]) for status in PATH[arrived:] if status in STAMPS}
    for place, status in enumerate(PATH):
        column = STAMPS.get(status)
        if column is None:
            continue
        if place > arrived:
            times[column] = None
        elif place == arrived or stamped.get(column) is None or stamped.get(column) in replaced:
            times[column] = now
    return times


def skipped(incident: Incident) -> dict[IncidentStatus, datetime | None]:
    """The stages that the incident passed over without being in them, each with when that was.

    They bear the time of the stage that came instead; a merged incident has no time for those it never reached.
    """
    here = CLOSED if incident.status == MERGED else IncidentStatus(incident.status)
    path = PATH[: PATH.index(here) + 1]
    times = [getattr(incident, STAMPS.get(status, "opened_at")) for status in path]
    return {
        status: at or incident.closed_at
        for place, (status, at) in enumerate(zip(path, times, strict=True))
        if 0 < place < len(path) - 1 and (at is None or at in times[place + 1 :])
    }


def needed_reason(reason: str, why: str) -> str:
    """The trimmed reason; refuses (422) an empty or overlong one."""
    text = reason.strip()
    if not text:
        raise Invalid(why, fields={"reason": why})
    if len(text) > LONGEST_REASON:
        sentence = _("Use at most %(count)s characters.") % {"count": LONGEST_REASON}
        raise Invalid(_("The reason is too long."), fields={"reason": sentence})
    return text


def closing_problems(disposition: str, summary: str, case_answer: str) -> dict[str, str]:
    """What is missing before an incident can close, by field."""
    problems = {}
    if disposition not in Disposition.values:
        problems["disposition"] = _("Choose how it ended.")
    if not summary.strip():
        problems["summary"] = _("Say in a few sentences what happened and what was done.")
    if case_answer not in CaseAnswer.values:
        problems["case_answer"] = _("Answer whether a case is opened or updated.")
    return problems


def refuse_merge(source: str, target: str, *, same: bool) -> None:
    """Refuse (409) to merge an incident into itself or into one that is not open."""
    if same:
        raise Conflict(_("An incident cannot be merged into itself."), code="self_merge")
    transition(source, MERGED)
    if target not in OPEN_STATUSES:
        raise Conflict(_("Choose an open incident to merge into."), code="target_not_open")


def refuse_title(title: str) -> str:
    """The trimmed title; refuses (422) an empty or overlong one."""
    text = title.strip()
    longest = 300
    if not text:
        raise Invalid(_("Give it a title."), fields={"title": _("Say in a few words what it is.")})
    if len(text) > longest:
        sentence = _("Use at most %(count)s characters.") % {"count": longest}
        raise Invalid(_("The title is too long."), fields={"title": sentence})
    return text
