# SPDX-License-Identifier: Apache-2.0
"""Which signals a rule is about, and the keys of their groups."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from longwatch.core.errors import Invalid
from longwatch.grouping.matching import refuse_group_by, said, spec
from longwatch.grouping.model import RuleSpec
from tests.grouping.cast_items import item

ROW: dict[str, Any] = {
    "title": "Log-in from abroad", "rule": "vpn-7", "place": "", "format": "cef", "kind": "alert", "source": "VPN",
    "tags": [], "techniques": ["T1078"], "severity": 3,
    "entities": [{"kind": "account", "value": "Ann"}, {"kind": "host", "value": "GW-1"}],
}  # fmt: skip
ARRIVED = replace(item("vpn-7"), said=said(ROW))


def rule(conditions: Any = None, by: tuple[str, ...] = ("entity:account",)) -> RuleSpec:
    usual = [{"field": "source", "op": "is", "values": ["vpn"]}]
    return spec(
        rule_id=uuid4(), name="Log-ins", conditions=usual if conditions is None else conditions, group_by=by,
        window=600, lifetime=3600, threshold=2, mode="suggest",
    )  # fmt: skip


def test_the_key_is_made_of_the_first_values_whatever_their_case() -> None:
    assert rule(by=("source", "entity:account")).key_of(ARRIVED) == "source=vpn\x1fentity:account=ann"


def test_a_signal_that_the_conditions_are_not_about_has_no_key() -> None:
    assert rule([{"field": "severity", "op": "at_least", "values": ["critical"]}]).key_of(ARRIVED) is None


def test_a_signal_without_what_the_rule_groups_by_has_no_key() -> None:
    assert rule(by=("entity:ip",)).key_of(ARRIVED) is None


def test_a_rule_that_groups_by_nothing_makes_one_group_of_all() -> None:
    assert rule(by=()).key_of(ARRIVED) == ""


def test_conditions_that_are_none_are_refused() -> None:
    with pytest.raises(Invalid):
        rule([{"field": "moon", "op": "is", "values": ["full"]}])


def test_what_signals_cannot_be_grouped_by_is_refused_by_name() -> None:
    refuse_group_by(["source", "entity:host"])
    with pytest.raises(Invalid, match="moon"):
        refuse_group_by(["moon"])
    with pytest.raises(Invalid, match="at most"):
        refuse_group_by(["source", "rule", "title", "place", "kind", "format"])
