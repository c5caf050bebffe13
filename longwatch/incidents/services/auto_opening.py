# SPDX-License-Identifier: Apache-2.0
"""Incidents that grouping rules open by themselves, on behalf of whoever switched the rule on; and the way back."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, LongwatchError, NotFound, refuse_stale
from longwatch.grouping import selectors as grouping
from longwatch.grouping.models import Group, GroupingRule, GroupState, RuleMode
from longwatch.grouping.sentences import why_words
from longwatch.grouping.services.judging import detach_group, end_group, place_group
from longwatch.incidents import selectors
from longwatch.incidents.events import GroupTakenOut, OpenedByRule
from longwatch.incidents.models import GroupOpening, Incident
from longwatch.incidents.services import changing
from longwatch.incidents.services.merging import release_signal
from longwatch.incidents.services.opening import add_signals, open_incident
from longwatch.records.severity import Severity

VIA = "grouping rule"
# More signals than this are taken in the next time.
MOST_AT_ONCE = 100
LONGEST_REASON = 300


def follow_group(group_id: UUID, answers_id: UUID | None) -> bool:
    """Open the incident of a group whose rule does so by itself, or take in what the group got since; True where
    there is more to take in.

    Refuses (409) when nobody answers for the rule any more, and what whoever answers for it may not do.
    """
    account = Account.objects.filter(id=answers_id, is_active=True).first() if answers_id else None
    if account is None:
        raise Conflict(_("Nobody answers for the rule any more. Switch it off and on again."), code="nobody_answers")
    by = actor_of(account, via=VIA)
    with acting_as(by):
        group = Group.objects.select_related("rule").filter(id=group_id).first()
        rule = group.rule if group is not None else None
        if group is None or rule is None or not rule.enabled or rule.mode != RuleMode.AUTO:
            return False
        return _follow(group, rule, _as_rule(by, rule))


def _as_rule(by: Actor, rule: GroupingRule) -> Actor:
    """Who did it, as histories tell: the rule, and on whose behalf."""
    words = {"rule": rule.name, "name": by.label}
    return replace(by, label=(_("The rule “%(rule)s”, for %(name)s") % words)[:150])


def _follow(group: Group, rule: GroupingRule, by: Actor) -> bool:
    waiting = grouping.signals_to_judge(group.id)
    some = waiting[:MOST_AT_ONCE]
    opening = GroupOpening.objects.select_related("incident").filter(group_id=group.id).first()
    if opening is None and group.state == GroupState.OPEN:
        open_by_rule(group, rule, some, by=by)
    elif opening is None or group.state != GroupState.IN_INCIDENT or not _take_more(group, opening, some, by):
        # Somebody judged the group first, or took it out again.
        return False
    return len(waiting) > len(some)


def _take_more(group: Group, opening: GroupOpening, signals: Sequence[UUID], by: Actor) -> bool:
    """Add to the incident, or to what it became part of; whether it takes more. One that is closed takes none, and
    what comes begins a group of its own."""
    incident = standing(opening.incident)
    if not incident.is_open:
        end_group(group.id, by=by)
        return False
    if signals:
        add_signals(incident.id, signals, by=by)
    return True


def standing(incident: Incident) -> Incident:
    """The incident, or the one that it became part of."""
    seen = {incident.id}
    while incident.merged_into_id is not None and incident.merged_into_id not in seen:
        incident = selectors.incident(incident.merged_into_id)
        seen.add(incident.id)
    return incident


@transaction.atomic
def open_by_rule(group: Group, rule: GroupingRule, signals: Sequence[UUID], *, by: Actor) -> Incident:
    """Open the incident of a group, which goes on taking signals; once a group, which the database holds."""
    why = [words for each in group.why if (words := why_words(each))]
    incident = open_incident(
        title=group.title or rule.name, category=rule.category, severity=Severity(group.severity),
        signal_ids=signals, summary="\n".join(why), severity_reason=_("The gravest signal of the group"), by=by,
    )  # fmt: skip
    place_group(group.id, keeps_taking=True, by=by)
    opening = GroupOpening(
        org_id=incident.org_id, compartment_id=incident.compartment_id, group_id=group.id, rule_id=rule.id,
        incident=incident,
    )  # fmt: skip
    event = OpenedByRule(
        subject_id=opening.id, record_id=incident.id, compartment_id=incident.compartment_id, rule=rule.name,
        threshold=rule.threshold, signals=len(signals), why=why,
    )  # fmt: skip
    ledger.record_created(event, by=by, row=opening)
    return incident


@transaction.atomic
def take_out(group_id: UUID, reason: str, *, expected_version: int | None = None, by: Actor) -> Group:
    """Take a group's signals out of the incident that its rule opened, back into the inbox, for people to judge.

    The incident stays, for its history; the group takes nothing more. Refuses (409) when the incident is closed.
    """
    opening = GroupOpening.objects.select_for_update().filter(group_id=group_id).first()
    if opening is None:
        raise NotFound
    if expected_version is not None:
        refuse_stale(grouping.version_of(group_id), expected_version)
    if opening.detached_at is not None:
        raise Conflict(_("It was taken out already."), code="already_taken_out")
    why = reason.strip()[:LONGEST_REASON]
    incident = changing.load_open(standing(selectors.incident(opening.incident_id)).id, by)
    inside = set(selectors.signal_ids(incident.id))
    out = [each for each in grouping.signal_ids(group_id) if each in inside]
    for signal_id in sorted(out):
        release_signal(incident.id, signal_id, reason=why, by=by)
    group = detach_group(group_id, why, signals=out, by=by)
    opening.detached_at = clock.now()
    event = GroupTakenOut(
        subject_id=opening.id, record_id=incident.id, compartment_id=opening.compartment_id, signals=len(out),
        reason=why,
    )  # fmt: skip
    ledger.record(event, by=by, row=opening, fields=["detached_at"])
    return group


def why_not(refusal: LongwatchError) -> str:
    """What hinders a rule, as its page says it."""
    if isinstance(refusal, NotFound):
        return _("Whoever switched the rule on does not see the group or its incident any more.")
    return refusal.sentence[:LONGEST_REASON]
