# SPDX-License-Identifier: Apache-2.0
"""Back-tests: what a rule would have made of what is stored, told before it goes live."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.grouping import matching
from longwatch.grouping.joining import Joiner
from longwatch.grouping.model import Group, Item, Memory, RuleSpec
from longwatch.grouping.models import GroupingRule, Trial, TrialState
from longwatch.grouping.services.ruling import settings_of
from longwatch.intake.models import Occurrence, Signal, SignalKind, SignalStatus

# The task of jobs.py, which stands above.
TRY = "grouping.try_rule"
MOST_DAYS = 90
CHUNK = 500
MOST_ARRIVALS = 500_000
MOST_EXAMPLES = 10
SIZES = (1, 2, 5, 10, 50, 100, 500)
HANDLED = (SignalStatus.IN_INCIDENT, SignalStatus.IN_CASE)


@transaction.atomic
def ask_trial(rule_id: UUID, days: int, *, by: Actor) -> Trial:
    """Have a rule tried on the signals of the last days; a job does it."""
    rule = GroupingRule.objects.filter(id=rule_id, org_id=by.org_id).first()
    if rule is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    if not 0 < days <= MOST_DAYS:
        sentence = _("Use 1 to %(most)s days.") % {"most": MOST_DAYS}
        raise Invalid(sentence, fields={"days": sentence})
    trial = Trial(
        org_id=rule.org_id, compartment_id=rule.compartment_id, rule_id=rule.id, days=days, asked_by_id=by.id,
        tried=settings_of(rule),
    )  # fmt: skip
    trial.save(force_insert=True)
    app.configure_task(TRY).defer(trial_id=str(trial.id), account_id=str(by.id))
    return trial


def run_trial(trial_id: UUID, account_id: UUID) -> str:
    """Try the rule as the one who asked sees signals; a trial whose asker left or lost sight of it ends as gone."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        return "gone"
    by = actor_of(account)
    with acting_as(by):
        trial = Trial.objects.select_related("rule").filter(id=trial_id, state=TrialState.WAITING).first()
    if trial is None:
        return "gone"
    try:
        trial.result, trial.state = _tried(trial, by), TrialState.DONE
    except Invalid as refusal:
        trial.result, trial.state = {"refusal": refusal.sentence}, TrialState.FAILED
    trial.finished_at = clock.now()
    with acting_as(by):
        trial.save(update_fields=["result", "state", "finished_at", "done", "total"])
    return str(trial.state)


def spec_of(rule: GroupingRule) -> RuleSpec:
    """A stored rule made ready."""
    return matching.spec(
        rule_id=rule.id, name=rule.name, conditions=rule.conditions, group_by=rule.group_by,
        window=rule.window_minutes * 60.0, lifetime=rule.lifetime_minutes * 60.0, threshold=rule.threshold,
        mode=rule.mode,
    )  # fmt: skip


def _tried(trial: Trial, by: Actor) -> dict[str, Any]:
    # As it was when somebody asked.
    for name, value in trial.tried.items():
        setattr(trial.rule, name, value)
    spec, since = spec_of(trial.rule), trial.asked_at - timedelta(days=trial.days)
    items: list[Item] = []
    known: dict[str, Signal] = {}
    for signals in _chunks(trial, since, by):
        concerned = {each.id: (each, item) for each in signals if spec.key_of(item := _item(each)) is not None}
        known |= {str(each.id): each for each, _item_of in concerned.values()}
        with acting_as(by):
            rows = Occurrence.objects.filter(signal_id__in=list(concerned), at__gte=since).values_list(
                "signal_id", "at"
            )
            items += [_at(concerned[signal_id][1], at.timestamp()) for signal_id, at in rows.iterator()]
        if len(items) > MOST_ARRIVALS:
            raise Invalid(_("More than %(most)s arrivals fit. Try fewer days.") % {"most": MOST_ARRIVALS})
    return told(joined(spec, items), known)


def _chunks(trial: Trial, since: Any, by: Actor) -> Iterator[Sequence[Signal]]:
    """The signals of the compartment in those days, some at a time, with the progress told."""
    wanted = Signal.objects.filter(compartment_id=trial.compartment_id, kind=SignalKind.ALERT, last_seen__gte=since)
    with acting_as(by):
        ids = list(wanted.order_by("id").values_list("id", flat=True))
    trial.total = len(ids)
    for start in range(0, len(ids), CHUNK):
        with acting_as(by):
            rows = list(Signal.objects.select_related("source").filter(id__in=ids[start : start + CHUNK]))
            trial.done = start + len(rows)
            trial.save(update_fields=["done", "total"])
        yield rows


def _item(signal: Signal) -> Item:
    row = {
        "title": signal.title, "rule": signal.rule, "place": signal.place, "format": signal.format,
        "kind": signal.kind, "source": signal.source.name, "tags": signal.tags, "techniques": signal.techniques,
        "entities": signal.entities, "severity": signal.severity,
    }  # fmt: skip
    return Item(str(signal.id), 0.0, signal.rule, (), int(signal.severity), 1, matching.said(row))


def _at(item: Item, at: float) -> Item:
    return Item(item.signal, at, item.rule, item.entities, item.severity, 1, item.said)


def joined(spec: RuleSpec, items: Sequence[Item]) -> list[Group]:
    """The groups that a rule makes of arrivals, whatever their order."""
    joiner = Joiner(Memory(), rules=(spec,))
    for item in sorted(items, key=lambda each: each.at):
        joiner.take(item)
    return [*joiner.ended, *joiner.groups]


def told(groups: Sequence[Group], known: dict[str, Signal]) -> dict[str, Any]:
    """What came out: how many groups, how large, what became of their signals, and the largest ones."""
    shown = sorted((g for g in groups if g.shown_at is not None), key=lambda g: (-len(g.members), g.first_at))
    return {
        "groups": len(shown),
        "below_threshold": len(groups) - len(shown),
        "signals": len({signal for g in shown for signal in g.members}),
        "arrivals": sum(g.count for g in shown),
        "largest": max((len(g.members) for g in shown), default=0),
        "sizes": _sizes(shown),
        "handled": sum(any(known[str(s)].status in HANDLED for s in g.members) for g in shown),
        "dismissed": sum(all(known[str(s)].status == SignalStatus.DISMISSED for s in g.members) for g in shown),
        "examples": [_example(g, known) for g in shown[:MOST_EXAMPLES]],
    }


def _sizes(groups: Sequence[Group]) -> list[dict[str, int]]:
    """How many groups there are of each size, in steps."""
    counted = Counter(max(step for step in SIZES if step <= len(g.members)) for g in groups)
    return [{"from": step, "groups": counted[step]} for step in SIZES if counted[step]]


def _example(group: Group, known: dict[str, Signal]) -> dict[str, Any]:
    gravest = max(group.members.values(), key=lambda member: member.severity)
    return {
        "key": group.key.replace(matching.SEPARATOR, ", "), "title": known[str(gravest.signal)].title,
        "signals": len(group.members), "arrivals": group.count, "first_at": group.first_at, "last_at": group.last_at,
        "reached_at": group.shown_at,
    }  # fmt: skip
