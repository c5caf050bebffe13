# SPDX-License-Identifier: Apache-2.0
"""What is known of signals, groups and incidents, and which incident or case the criteria propose. Only reads."""

from collections.abc import Sequence
from uuid import UUID

from longwatch.cases.criteria import Condition, Criterion, Known, Proposal, proposals, shipped
from longwatch.cases.models import CaseCriterion
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.enrichment import selectors as enrichment
from longwatch.enrichment.models import Result, ResultKind
from longwatch.grouping import selectors as grouping
from longwatch.incidents import selectors as incidents
from longwatch.incidents.models import Incident
from longwatch.intake.models import Signal, SignalStatus

BAD = (ResultKind.WATCHED, ResultKind.INDICATOR, ResultKind.KEV)
HANDLED = (SignalStatus.IN_INCIDENT, SignalStatus.IN_CASE)
# Of a group or an incident with more signals than these, the first are looked at.
MOST_LOOKED_AT = 200


def criteria(actor: Actor) -> list[Criterion]:
    """What the organisation's criteria say: what is shipped, unless it says otherwise, and its own."""
    own = {row.key: _criterion(row) for row in CaseCriterion.objects.filter(org_id=actor.org_id).order_by("name")}
    return [*(own.pop(key, each) for key, each in shipped().items()), *own.values()]


def criterion(actor: Actor, key: str) -> Criterion:
    """One of them; refuses (404) a key that there is not."""
    found = next((each for each in criteria(actor) if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def _criterion(row: CaseCriterion) -> Criterion:
    conditions = [Condition(fact=each["fact"], values=each.get("values", [])) for each in row.conditions]
    return Criterion(
        row.key, row.name, row.proposes, row.reason, conditions, row.enabled, shipped=False, version=row.version
    )  # fmt: skip


def about_signal(signal: Signal, actor: Actor) -> list[Proposal]:
    """What is proposed for a signal by itself."""
    return proposals(criteria(actor), known([signal]))


def about_group(group_id: UUID, actor: Actor) -> list[Proposal]:
    """What is proposed for a group of signals."""
    ids = grouping.signal_ids(group_id)[:MOST_LOOKED_AT]
    return proposals(criteria(actor), known(list(Signal.objects.filter(id__in=ids))))


def about_incident(incident: Incident, actor: Actor) -> list[Proposal]:
    """Whether a case is proposed for an incident; it is an incident already."""
    ids = incidents.signal_ids(incident.id)[:MOST_LOOKED_AT]
    of_signals = known(list(Signal.objects.filter(id__in=ids)))
    found = Known(
        int(incident.severity), incident.category, of_signals.signals, of_signals.tags, of_signals.assets,
        of_signals.seen, of_signals.handled, of_signals.bad,
    )  # fmt: skip
    return [each for each in proposals(criteria(actor), found) if each.criterion.proposes == "case"]


def known(signals: Sequence[Signal]) -> Known:
    """What signals say by themselves, and what was looked up about them."""
    results = enrichment.results_of_signals([each.id for each in signals])
    sightings = [each.facts for each in results if each.kind == ResultKind.SIGHTING]
    return Known(
        severity=max((int(each.severity) for each in signals), default=0),
        signals=len(signals),
        tags=frozenset(tag.lower() for each in signals for tag in each.tags),
        assets=_assets(results),
        seen=max((int(facts.get("signals") or 0) for facts in sightings), default=0),
        handled=max((_handled(facts) for facts in sightings), default=0),
        bad=list(dict.fromkeys(f"{each.value} ({each.source})" for each in results if each.kind in BAD)),
    )  # fmt: skip


def _assets(results: Sequence[Result]) -> dict[str, str]:
    return {
        str(each.facts.get("name", each.value)): str(each.facts.get("criticality", ""))
        for each in results
        if each.kind == ResultKind.ASSET
    }


def _handled(facts: dict[str, object]) -> int:
    outcomes = facts.get("outcomes")
    return sum(int(outcomes.get(status, 0)) for status in HANDLED) if isinstance(outcomes, dict) else 0
