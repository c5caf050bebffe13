# SPDX-License-Identifier: Apache-2.0
"""What the engine has in memory between rounds is what is stored, or it is read anew."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.grouping.model import Group, Member, Why
from longwatch.grouping.open_groups import MOST_LOADED, Connection, OpenGroups
from longwatch.grouping.services.judging import dismiss_group
from longwatch.grouping.storing import group_with
from longwatch.intake.models import Source
from longwatch.intake.settling import settle
from longwatch.ledger.connecting import as_role
from tests.grouping.test_storing import arrive, shown
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


@pytest.fixture
def engine() -> Iterator[Connection]:
    with as_role(ENGINE) as connection:
        yield connection


@pytest.fixture
def known(town: Cast, source: Source, engine: Connection) -> OpenGroups:
    """After a round that made a group of two."""
    known = OpenGroups()
    for title in ("Webshell", "New user"):
        arrive(town, source, title, "web-1")
    settle(engine, [lambda connection, rows: group_with(known, connection, rows)])
    return known


def taken(known: OpenGroups, engine: Connection, town: Cast) -> Group:
    """The one group, remembered again."""
    with engine.transaction():
        [group] = known.take(engine, town.signals.id, {}, [])
        known.keep(engine, town.signals.id, [group])
    return group


def test_what_nobody_changed_is_not_read_again(town: Cast, known: OpenGroups, engine: Connection) -> None:
    assert taken(known, engine, town) is taken(known, engine, town)


def test_what_was_written_by_somebody_else_is_read_again(town: Cast, known: OpenGroups, engine: Connection) -> None:
    before = taken(known, engine, town)
    engine.execute("update grouping_group set title = '(erased)'")
    after = taken(known, engine, town)
    assert after is not before
    assert after.members == before.members


def test_what_was_judged_takes_nothing_more(town: Cast, known: OpenGroups, engine: Connection) -> None:
    [group] = shown(town)
    with acting_as(town.analyst):
        dismiss_group(group.id, "benign", by=town.analyst)
    assert known.take(engine, town.signals.id, {}, []) == []


def test_a_round_that_fails_leaves_nothing_in_memory(
    town: Cast, source: Source, known: OpenGroups, engine: Connection
) -> None:
    [group] = known.take(engine, town.signals.id, {}, [])
    group.members.clear()
    assert len(taken(known, engine, town).members) == 2


def test_what_is_rolled_back_is_read_again(town: Cast, known: OpenGroups, engine: Connection) -> None:
    before = taken(known, engine, town)
    with engine.transaction(force_rollback=True):
        engine.execute("update grouping_group set title = 'Never'")
        taken(known, engine, town)
    assert taken(known, engine, town) is not before


def test_of_a_large_one_only_the_newest_are_in_memory(town: Cast, known: OpenGroups, engine: Connection) -> None:
    group = taken(known, engine, town)
    group.members |= {str(number): member(number) for number in range(MOST_LOADED)}
    size, count = group.size, group.count
    known.keep(engine, town.signals.id, [group])
    assert (len(group.members), group.size, group.count) == (MOST_LOADED, size, count)
    assert str(MOST_LOADED - 1) in group.members


def test_one_that_is_not_in_memory_is_read_when_it_arrives_again(
    town: Cast, known: OpenGroups, engine: Connection
) -> None:
    group = taken(known, engine, town)
    first, size, count = str(next(iter(group.members))), group.size, group.count
    gone = group.members.pop(first)
    group.older, group.older_count = 1, gone.count
    known.keep(engine, town.signals.id, [group])
    [again] = known.take(engine, town.signals.id, {}, [UUID(first)])
    assert (first in again.members, again.size, again.count, again.older) == (True, size, count, 0)


def test_when_there_is_too_much_what_was_silent_for_longest_goes(
    town: Cast, source: Source, engine: Connection
) -> None:
    known = OpenGroups(most=2)
    for host in ("web-1", "web-2"):
        for title in ("Webshell", "New user"):
            arrive(town, source, f"{title} on {host}", host)
    settle(engine, [lambda connection, rows: group_with(known, connection, rows)])
    before = known.take(engine, town.signals.id, {}, [])
    known.keep(engine, town.signals.id, before)
    after = known.take(engine, town.signals.id, {}, [])
    assert sum(each in map(id, before) for each in map(id, after)) == 1
    assert max(after, key=lambda each: each.last_at) in before


def member(number: int) -> Member:
    return Member(str(number), "rule", (), 2, float(number), float(number), 1, 0.5, Why.NEW)
