# SPDX-License-Identifier: Apache-2.0
"""What people decide about a group: split, merge, dismiss and the way back, or an incident out of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.ids import uuid7
from longwatch.grouping import selectors
from longwatch.grouping.events import GroupDetached, GroupDismissed, GroupMerged, GroupPlaced, GroupReopened, GroupSplit
from longwatch.grouping.models import Act, Group, GroupState, Verdict
from longwatch.grouping.services.counting import begin, keep, move, recount
from longwatch.intake.models import DismissReason
from longwatch.intake.services.bulk_triage import Judged, judge_many, lock_as_arrivals_do
from longwatch.intake.services.triage import dismiss
from longwatch.ledger import Event
from longwatch.web.live import announce

LONGEST_NOTE = 500


@transaction.atomic
def split_group(
    group_id: UUID, signal_ids: Sequence[UUID], *, note: str = "", expected_version: int | None = None, by: Actor
) -> Group:
    """Take some signals out of a group, into a new one, which is returned; refuses none of them, and all."""
    group = _load(group_id, by, expected_version)
    _refuse_judged(group)
    members = list(group.members.filter(signal_id__in=set(signal_ids)))
    if len(members) != len(set(signal_ids)):
        raise NotFound
    if not members or len(members) == group.members.count():
        sentence = _("Choose some of the signals, and not all.")
        raise Invalid(sentence, fields={"signals": sentence})
    part = Group(
        id=uuid7(), org_id=group.org_id, compartment_id=group.compartment_id, rule_id=group.rule_id,
        key=f"split:{uuid7()}", state=GroupState.OPEN, title=group.title, first_at=group.first_at,
        last_at=group.last_at, shown_at=clock.now(), ended_at=group.ended_at,
    )  # fmt: skip
    begin(part, members)
    recount(group)
    verdict = _verdict(group, by, Act.SPLIT, list(signal_ids), other_group_id=part.id, note=_note(note))
    _decide(GroupSplit(**_about(verdict), signals=len(members), into=part.id, note=verdict.note), verdict, by)
    return part


@transaction.atomic
def split_off(group_id: UUID, parts: Sequence[Sequence[UUID]], *, note: str = "", by: Actor) -> list[Group]:
    """Make each of these parts of a group one of its own, all or none; as split_group does for one."""
    return [split_group(group_id, part, note=note, by=by) for part in parts]


@transaction.atomic
def merge_groups(
    group_id: UUID, into_id: UUID, *, note: str = "", expected_version: int | None = None, by: Actor
) -> Group:
    """Make a group part of another of the same compartment, which is returned."""
    locked = {each: _load(each, by) for each in sorted({group_id, into_id})}
    if expected_version is not None:
        refuse_stale(selectors.version_of(group_id), expected_version)
    if group_id == into_id:
        raise Conflict(_("A group cannot become part of itself."), code="same_group")
    group, into = locked[group_id], locked[into_id]
    _refuse_judged(group)
    _refuse_judged(into)
    if group.compartment_id != into.compartment_id:
        raise Conflict(_("They lie in different compartments, which a group never spans."), code="other_compartment")
    move(group, into)
    _judge(group, GroupState.MERGED)
    verdict = _verdict(group, by, Act.MERGED, other_group_id=into.id, note=_note(note))
    _decide(GroupMerged(**_about(verdict), into=into.id, note=verdict.note), verdict, by)
    return into


@transaction.atomic
def dismiss_group(
    group_id: UUID, reason: str, note: str = "", *, expected_version: int | None = None, by: Actor
) -> Judged:
    """Dismiss a group with those of its signals that nobody has judged, for the same reason."""
    # Signals before what hangs on them, as everybody else locks.
    lock_as_arrivals_do(selectors.signals_to_judge(selectors.group(group_id).id))
    group = _load(group_id, by, expected_version)
    _refuse_judged(group)
    if reason not in DismissReason.values or reason == DismissReason.DUPLICATE:
        raise Invalid(_("Choose a reason."), fields={"reason": _("Choose one of the reasons.")})
    waiting = selectors.signals_to_judge(group.id)
    judged = judge_many(waiting, lambda each: dismiss(each, reason, _note(note), by=by)) if waiting else Judged((), ())
    _judge(group, GroupState.DISMISSED)
    verdict = _verdict(group, by, Act.DISMISSED, [each.id for each in judged.done], reason=reason, note=_note(note))
    event = GroupDismissed(**_about(verdict), reason=reason, note=verdict.note, signals=len(judged.done))
    _decide(event, verdict, by)
    return judged


@transaction.atomic
def reopen_group(group_id: UUID, *, expected_version: int | None = None, by: Actor) -> Group:
    """Show a dismissed group again; its signals stay as they are judged."""
    group = _load(group_id, by, expected_version)
    if group.state != GroupState.DISMISSED:
        raise Conflict(_("Only a dismissed group can be reopened."), code="not_dismissed")
    group.state = GroupState.OPEN
    keep(group, "state")
    verdict = _verdict(group, by, Act.REOPENED)
    _decide(GroupReopened(**_about(verdict)), verdict, by)
    return group


@transaction.atomic
def place_group(group_id: UUID, *, keeps_taking: bool = False, by: Actor) -> Group:
    """Say that the signals of a group are in an incident now, where the caller has placed them; a group of a rule
    that opens incidents by itself may go on taking more."""
    group = _load(group_id, by)
    _refuse_judged(group)
    signals = selectors.signal_ids(group.id)
    if keeps_taking:
        group.state = GroupState.IN_INCIDENT
        keep(group, "state")
    else:
        _judge(group, GroupState.IN_INCIDENT)
    verdict = _verdict(group, by, Act.PLACED, signals)
    _decide(GroupPlaced(**_about(verdict), signals=len(signals)), verdict, by)
    return group


@transaction.atomic
def detach_group(group_id: UUID, note: str = "", *, signals: Sequence[UUID], by: Actor) -> Group:
    """Let people judge a group again, whose signals the caller has taken out of an incident; it takes nothing more."""
    group = _load(group_id, by)
    if group.state != GroupState.IN_INCIDENT:
        raise Conflict(_("This group is in no incident."), code="not_in_incident")
    group.state, group.ended_at = GroupState.OPEN, group.ended_at or clock.now()
    keep(group, "state", "ended_at")
    verdict = _verdict(group, by, Act.DETACHED, signals, note=_note(note))
    _decide(GroupDetached(**_about(verdict), signals=len(signals), note=verdict.note), verdict, by)
    return group


@transaction.atomic
def end_group(group_id: UUID, *, by: Actor) -> Group:
    """Let a group take nothing more; what arrives begins another."""
    group = _load(group_id, by)
    if group.ended_at is None:
        group.ended_at = clock.now()
        keep(group, "ended_at")
    return group


def _load(group_id: UUID, by: Actor, expected_version: int | None = None) -> Group:
    """The group, locked: the engine, or another person, waits. Refuses (412) one that was judged since."""
    group = Group.objects.select_for_update().filter(id=group_id).exclude(state=GroupState.FORMING).first()
    if group is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    if expected_version is not None:
        refuse_stale(selectors.version_of(group.id), expected_version)
    return group


def _refuse_judged(group: Group) -> None:
    if group.state != GroupState.OPEN:
        raise Conflict(_("This group was judged already. Nothing was changed."), code="already_judged")


def _judge(group: Group, state: GroupState) -> None:
    group.state, group.ended_at = state, group.ended_at or clock.now()
    keep(group, "state", "ended_at")


def _note(text: str) -> str:
    return text.strip()[:LONGEST_NOTE]


def _verdict(group: Group, by: Actor, act: Act, signals: Sequence[UUID] = (), **decided: Any) -> Verdict:
    return Verdict(
        org_id=group.org_id, compartment_id=group.compartment_id, group_id=group.id, decided_by_id=by.id, act=act,
        signal_ids=list(signals), **decided,
    )  # fmt: skip


def _about(verdict: Verdict) -> dict[str, UUID]:
    return {"subject_id": verdict.id, "record_id": verdict.group_id, "compartment_id": verdict.compartment_id}


def _decide(event: Event, verdict: Verdict, by: Actor) -> None:
    announce("groups", verdict.compartment_id)
    ledger.record_created(event, by=by, row=verdict)
