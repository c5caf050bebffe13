# SPDX-License-Identifier: Apache-2.0
"""The stage that groups: what arrives ends up in groups, with words, and people's word counts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.grouping import selectors
from longwatch.grouping.models import Group, GroupState, Member
from longwatch.grouping.open_groups import MOST_LOADED
from longwatch.grouping.selectors import GroupFilter
from longwatch.grouping.services.judging import dismiss_group, split_group
from longwatch.grouping.services.ruling import create_rule, switch_rule
from longwatch.grouping.services.teaching import teach
from longwatch.grouping.storing import group_arrivals
from longwatch.intake.models import Signal, Source
from longwatch.intake.settling import settle
from longwatch.ledger.connecting import as_role
from tests.grouping.cast_groups import entity_of
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


def arrive(town: Cast, source: Source, title: str, *hosts: str, **fields: Any) -> Signal:
    """A severe signal about some hosts, sent and not settled yet."""
    entities = [{"kind": "host", "value": host} for host in hosts]
    usual = {"severity": "high", "rule": title, "entities": entities}
    received = send(source, town, title=title, **usual | fields)
    with acting_as(town.analyst):
        return Signal.objects.get(id=received.signal_id)


def settled() -> None:
    """All that waits is grouped."""
    with as_role(ENGINE) as engine:
        while settle(engine, [group_arrivals]):
            pass


def shown(town: Cast, state: str = GroupState.OPEN) -> list[Group]:
    with acting_as(town.analyst):
        return list(selectors.groups(town.analyst, GroupFilter(state=state)).rows)


def test_signals_of_one_host_become_a_group_with_words(town: Cast, source: Source) -> None:
    first = arrive(town, source, "Webshell", "web-1")
    second = arrive(town, source, "New user", "web-1", severity="critical")
    settled()
    (group,) = shown(town)
    assert (group.signals, group.arrivals, group.severity, group.title) == (2, 2, 4, "New user")
    assert {"kind": "entity", "about": "host web-1", "count": 2, "of": 2} in group.why
    with acting_as(town.analyst):
        assert set(selectors.signal_ids(group.id)) == {first.id, second.id}


def test_it_grows_with_what_comes_in_later_rounds(town: Cast, source: Source) -> None:
    arrive(town, source, "Webshell", "web-1")
    settled()
    assert shown(town) == []
    arrive(town, source, "New user", "web-1")
    settled()
    arrive(town, source, "New user", "web-1")
    settled()
    (group,) = shown(town)
    assert (group.signals, group.arrivals) == (2, 3)


def test_strangers_stay_apart(town: Cast, source: Source) -> None:
    for host in ("web-1", "web-2"):
        arrive(town, source, f"Webshell on {host}", host)
        arrive(town, source, f"New user on {host}", host)
    settled()
    assert sorted(group.signals for group in shown(town)) == [2, 2]


def test_what_is_silent_for_long_begins_anew(town: Cast, source: Source) -> None:
    old = (clock.now() - timedelta(hours=5)).isoformat()
    arrive(town, source, "Webshell", "web-1", occurred_at=old)
    arrive(town, source, "New user", "web-1", occurred_at=old)
    settled()
    arrive(town, source, "Beacon", "web-1")
    arrive(town, source, "Tunnel", "web-1")
    settled()
    newer, older = shown(town)
    assert (older.ended_at is None, newer.ended_at) == (False, None)
    assert {older.signals, newer.signals} == {2}


def test_what_nobody_was_shown_is_forgotten_when_it_ends(town: Cast, source: Source) -> None:
    arrive(town, source, "Webshell", "web-1", occurred_at=(clock.now() - timedelta(hours=5)).isoformat())
    settled()
    arrive(town, source, "Beacon", "web-2")
    settled()
    with acting_as(town.analyst):
        assert Group.objects.count() == Member.objects.count() == 1


def test_reports_of_people_are_not_grouped(town: Cast) -> None:
    reports = make_source(town, kind="report")
    arrive(town, reports, "Somebody follows me", "web-1")
    arrive(town, reports, "Somebody waits for me", "web-1")
    settled()
    assert shown(town) == []


def test_a_dismissed_group_takes_nothing_more(town: Cast, source: Source) -> None:
    arrive(town, source, "Webshell", "web-1")
    arrive(town, source, "New user", "web-1")
    settled()
    with acting_as(town.analyst):
        dismiss_group(shown(town)[0].id, "benign", by=town.analyst)
    arrive(town, source, "Beacon", "web-1")
    arrive(town, source, "Tunnel", "web-1")
    settled()
    assert len(shown(town)) == len(shown(town, GroupState.DISMISSED)) == 1


def test_what_was_split_off_goes_on_by_itself(town: Cast, source: Source) -> None:
    arrive(town, source, "Webshell", "web-1")
    other = arrive(town, source, "Disk full", "web-1")
    settled()
    with acting_as(town.analyst):
        part = split_group(shown(town)[0].id, [other.id], by=town.analyst)
    arrive(town, source, "Disk full", "web-1")
    settled()
    with acting_as(town.analyst):
        assert Group.objects.get(id=part.id).arrivals == 2


def test_an_entity_that_people_taught_never_to_tie_ties_no_more(town: Cast, source: Source) -> None:
    first = arrive(town, source, "Webshell", "scanner")
    arrive(town, source, "New user", "scanner")
    settled()
    with acting_as(town.analyst):
        group = shown(town)[0]
        teach(group.id, entity_of(first), "never", "our scanner", by=town.analyst)
        dismiss_group(group.id, "benign", by=town.analyst)
    arrive(town, source, "Beacon", "scanner")
    arrive(town, source, "Tunnel", "scanner")
    settled()
    assert shown(town) == []


def make_rule(town: Cast, **fields: Any) -> None:
    usual: dict[str, Any] = {
        "name": "VPN by place", "conditions": [{"field": "rule", "op": "is", "values": ["vpn"]}],
        "group_by": ["place"], "threshold": 2,
    }  # fmt: skip
    with acting_as(town.supervisor):
        rule = create_rule(**usual | fields, by=town.supervisor)
        switch_rule(rule.id, on=True, by=town.supervisor)


def test_a_rule_takes_what_it_is_about_by_its_key(town: Cast, source: Source) -> None:
    make_rule(town)
    for number, place in enumerate(("Oslo", "Oslo", "Bergen")):
        arrive(town, source, f"Log-in {number}", f"host-{number}", rule="vpn", place=place, severity="low")
    settled()
    (group,) = shown(town)
    assert (group.signals, group.key) == (2, "place=oslo")
    assert group.why[0] == {"kind": "rule", "about": "VPN by place", "count": 2, "of": 0}


def test_habits_are_kept_between_rounds(town: Cast, source: Source) -> None:
    arrive(town, source, "Webshell", "web-1", occurred_at=datetime(2026, 1, 1, tzinfo=clock.now().tzinfo).isoformat())
    settled()
    arrive(town, source, "Webshell", "web-1")
    settled()
    with as_role(ENGINE) as engine:
        rows = engine.execute("select hours, named_by from grouping_habit").fetchall()
    assert len(rows) == 3
    assert all(hours > 0 for hours, _named in rows)


def test_of_a_large_group_the_newest_are_read_and_none_is_lost(town: Cast, source: Source) -> None:
    with acting_as(town.supervisor):
        rule = create_rule(
            name="Flood", conditions=[{"field": "title", "op": "starts", "values": ["open port"]}], threshold=2,
            by=town.supervisor,
        )  # fmt: skip
        switch_rule(rule.id, on=True, by=town.supervisor)
    for number in range(MOST_LOADED + 30):
        arrive(town, source, f"Open port {number}", f"host-{number}")
    settled()
    arrive(town, source, "Open port 0", "host-0", dedup_key="again")
    settled()
    (group,) = shown(town)
    with acting_as(town.analyst):
        assert group.signals == Member.objects.filter(group=group).count() == MOST_LOADED + 31
    assert group.title.startswith("Open port")
    assert any(each["kind"] == "newest" for each in group.why)


def test_the_title_stays_when_something_less_grave_joins(town: Cast, source: Source) -> None:
    arrive(town, source, "Webshell", "web-1", severity="critical")
    arrive(town, source, "New user", "web-1")
    settled()
    arrive(town, source, "New service", "web-1")
    settled()
    (group,) = shown(town)
    assert (group.title, group.signals) == ("Webshell", 3)
