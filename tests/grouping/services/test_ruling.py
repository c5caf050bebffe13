# SPDX-License-Identifier: Apache-2.0
"""Grouping rules are made, changed and switched by those who manage sources."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.grouping import selectors
from longwatch.grouping.models import Group, GroupingRule
from longwatch.grouping.services.ruling import change_rule, create_rule, switch_rule
from longwatch.grouping.services.trying import ask_trial, run_trial
from tests.grouping.cast_groups import make_group, make_signals
from tests.personas import Cast

CONDITIONS = [{"field": "rule", "op": "starts", "values": ["vpn-"]}]


def make_rule(cast: Cast, **fields: Any) -> GroupingRule:
    usual: dict[str, Any] = {"name": "VPN by account", "conditions": CONDITIONS, "group_by": ["entity:account"]}
    with acting_as(cast.supervisor):
        return create_rule(**usual | fields, by=cast.supervisor)


def test_a_rule_begins_switched_off(cast: Cast) -> None:
    rule = make_rule(cast)
    assert (rule.enabled, rule.compartment_id) == (False, cast.signals.id)
    with acting_as(cast.analyst):
        assert selectors.rules(cast.analyst) == [rule]


def test_a_rule_is_changed_and_told_with_the_new_values(cast: Cast) -> None:
    rule = make_rule(cast)
    with acting_as(cast.supervisor):
        changed = change_rule(rule.id, {"threshold": 5}, by=cast.supervisor)
        assert changed.version > rule.version
        assert change_rule(rule.id, {"threshold": 5}, by=cast.supervisor).version == changed.version
        with pytest.raises(Stale):
            change_rule(rule.id, {"threshold": 6}, expected_version=rule.version, by=cast.supervisor)


def test_a_rule_that_is_switched_off_ends_its_groups(cast: Cast) -> None:
    rule = make_rule(cast)
    with acting_as(cast.supervisor):
        assert switch_rule(rule.id, on=True, by=cast.supervisor).enabled
    group = make_group(cast, *make_signals(cast, "web-1"), rule=rule)
    with acting_as(cast.supervisor):
        off = switch_rule(rule.id, on=False, by=cast.supervisor)
        assert switch_rule(rule.id, on=False, by=cast.supervisor).version == off.version
        assert Group.objects.get(id=group.id).ended_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "), ("conditions", []), ("conditions", [{"field": "moon", "op": "is", "values": ["x"]}]),
        ("group_by", ["moon"]), ("window_minutes", 0), ("threshold", 0), ("mode", "magic"),
        ("lifetime_minutes", 10),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_work_with_is_refused_with_its_field(cast: Cast, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        make_rule(cast, **{field: value})
    assert field in (refused.value.fields or {})


def test_two_rules_of_one_name_are_refused(cast: Cast) -> None:
    make_rule(cast)
    with pytest.raises(Conflict):
        make_rule(cast)


def test_analysts_read_rules_and_change_none(cast: Cast) -> None:
    rule = make_rule(cast)
    with acting_as(cast.analyst), pytest.raises(NotAllowed):
        switch_rule(rule.id, on=True, by=cast.analyst)


def test_an_administrator_does_not_see_what_rules_are_about(cast: Cast) -> None:
    rule = make_rule(cast)
    for stranger in (cast.administrator, cast.outsider):
        with acting_as(stranger), pytest.raises(NotFound):
            switch_rule(rule.id, on=True, by=stranger)
    with acting_as(cast.administrator), pytest.raises(Invalid):
        create_rule(name="Mine", conditions=CONDITIONS, by=cast.administrator)


def test_an_automatic_one_opens_on_behalf_of_who_switched_it_on(cast: Cast) -> None:
    rule = make_rule(cast, mode="auto", category="CY-05")
    with acting_as(cast.supervisor):
        with pytest.raises(Conflict, match="Try it"):
            switch_rule(rule.id, on=True, by=cast.supervisor)
        trial = ask_trial(rule.id, 1, by=cast.supervisor)
    run_trial(trial.id, cast.supervisor.id)
    with acting_as(cast.supervisor):
        switched = switch_rule(rule.id, on=True, by=cast.supervisor)
        assert switched.answers_id == cast.supervisor.id
        with pytest.raises(Conflict, match="Switch it off first"):
            change_rule(rule.id, {"threshold": 9}, by=cast.supervisor)


def test_an_automatic_one_needs_a_category_that_there_is(cast: Cast) -> None:
    for category in ("", "XX-99"):
        with pytest.raises(Invalid) as refusal:
            make_rule(cast, mode="auto", category=category)
        assert "category" in refusal.value.fields


def test_a_name_that_another_has_is_refused_on_a_change_too(cast: Cast) -> None:
    make_rule(cast, name="One")
    other = make_rule(cast, name="Two")
    with acting_as(cast.supervisor), pytest.raises(Conflict):
        change_rule(other.id, {"name": "One"}, by=cast.supervisor)
