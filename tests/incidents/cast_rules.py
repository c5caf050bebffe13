# SPDX-License-Identifier: Apache-2.0
"""Rules that open incidents by themselves, and what arrives for them."""

from typing import Any

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import ENGINE
from longwatch.grouping.models import GroupingRule
from longwatch.grouping.services.ruling import create_rule, switch_rule
from longwatch.grouping.services.trying import ask_trial, run_trial
from longwatch.grouping.storing import group_arrivals
from longwatch.incidents.opener import follow_due
from longwatch.intake.settling import settle
from longwatch.ledger.connecting import as_role
from tests.grouping.test_storing import arrive, settled
from tests.personas import Cast

__all__ = ["arrive", "auto_rule", "followed", "settled"]
ABOUT = [{"field": "title", "op": "contains", "values": ["beacon"]}]


def auto_rule(cast: Cast, **fields: Any) -> GroupingRule:
    """A rule about beacons of a host that opens an incident from two on, switched on by the supervisor."""
    usual: dict[str, Any] = {
        "name": "Beacons", "conditions": ABOUT, "group_by": ["entity:host"], "threshold": 2, "mode": "auto",
        "category": "CY-05",
    }  # fmt: skip
    with acting_as(cast.supervisor):
        rule = create_rule(**usual | fields, by=cast.supervisor)
        trial = ask_trial(rule.id, 1, by=cast.supervisor)
    run_trial(trial.id, cast.supervisor.id)
    with acting_as(cast.supervisor):
        return switch_rule(rule.id, on=True, by=cast.supervisor)


def followed() -> int:
    """All that waits is grouped, and what is due is followed; how many groups were due."""
    count = 0
    with as_role(ENGINE) as engine:
        while settle(engine, [group_arrivals]):
            pass
        while found := follow_due(engine):
            count += found
    return count
