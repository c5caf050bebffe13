# SPDX-License-Identifier: Apache-2.0
"""Who knew, when: one row for half an hour, with its entry, in one statement; nothing for what is no secret."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, CompartmentKind
from longwatch.access.oversight import Sight, SightKind
from longwatch.access.services.compartments import open_compartment
from longwatch.access.services.sight import half_hour_of, saw, told
from longwatch.core import actor as actors
from longwatch.core.ids import uuid7
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast

RECORD = uuid7()


@pytest.fixture
def closed(cast: Cast) -> Compartment:
    """A compartment of named members, with the analyst inside."""
    with acting_as(cast.analyst):
        return open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, by=cast.analyst)


class TestSaw:
    """saw"""

    def test_keeps_who_saw_what_and_when_with_an_entry(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            assert saw("case", RECORD, [closed.id], by=cast.analyst) == 1
            row = Sight.objects.get()
            entry = LedgerEntry.objects.get(subject_id=row.id)
        assert (row.account_id, row.how, row.version) == (cast.analyst.id, "viewed", entry.id)
        assert entry.action == "record.seen"
        assert entry.record_id is None

    def test_takes_one_statement(self, cast: Cast, closed: Compartment, django_assert_num_queries: Any) -> None:
        with acting_as(cast.analyst), django_assert_num_queries(1):
            saw("case", RECORD, [closed.id], by=cast.analyst)

    def test_writes_nothing_for_another_look_within_half_an_hour(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            saw("case", RECORD, [closed.id], by=cast.analyst)
            before = LedgerEntry.objects.count()
            assert saw("case", RECORD, [closed.id], by=cast.analyst) == 0
            assert LedgerEntry.objects.count() == before

    def test_writes_again_after_half_an_hour(
        self, cast: Cast, closed: Compartment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with acting_as(cast.analyst):
            saw("case", RECORD, [closed.id], by=cast.analyst)
            later = Sight.objects.get().at + timedelta(minutes=30, seconds=1)
            monkeypatch.setattr("longwatch.core.clock.now", lambda: later)
            assert saw("case", RECORD, [closed.id], by=cast.analyst) == 1

    def test_keeps_each_section_and_each_way_by_itself(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            other = open_compartment(name="Inner", kind=CompartmentKind.RECORD, by=cast.analyst)
            assert saw("case", RECORD, [closed.id, other.id, closed.id], by=cast.analyst) == 2
            assert saw("case", RECORD, [closed.id], how=SightKind.EXPORTED, by=cast.analyst) == 1
            assert saw("case", RECORD, [closed.id], by=replace(cast.analyst, via="api")) == 1
            assert set(Sight.objects.values_list("how", flat=True)) == {"viewed", "exported", "api"}

    def test_keeps_nothing_of_what_whole_roles_read_or_of_the_system(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            assert saw("incident", RECORD, [cast.operations.id], by=cast.analyst) == 0
            assert saw("case", RECORD, [closed.id], by=actors.system(cast.analyst.org_id)) == 0
            assert saw("case", RECORD, [], by=cast.analyst) == 0

    def test_is_not_written_in_anothers_name(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst), pytest.raises(DatabaseError), transaction.atomic():
            saw("case", RECORD, [closed.id], by=cast.hr)

    def test_is_written_of_whoever_was_told_by_whoever_told_them(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            people = [cast.accounts["hr"], cast.accounts["counsel"]]
            assert told("case", RECORD, closed.id, people, by=cast.analyst) == 2
            assert told("case", RECORD, closed.id, people, by=cast.analyst) == 0
            assert set(Sight.objects.values_list("account_label", "how")) == {
                ("Hanna HR", "notified"), ("Carl Counsel", "notified"),
            }  # fmt: skip

    def test_of_being_told_is_written_by_nobody_outside_and_of_nobody_elsewhere(
        self, cast: Cast, closed: Compartment
    ) -> None:
        with acting_as(cast.hr):
            assert told("case", RECORD, closed.id, [cast.accounts["counsel"]], by=cast.hr) == 0
        with acting_as(cast.analyst), pytest.raises(DatabaseError), transaction.atomic():
            told("case", RECORD, closed.id, [cast.accounts["outsider"]], by=cast.analyst)

    def test_is_never_changed_or_taken_back(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            saw("case", RECORD, [closed.id], by=cast.analyst)
            with connection.cursor() as cursor:
                cursor.execute("update access_sight set how = 'api'")
                assert cursor.rowcount == 0
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("delete from access_sight")

    def test_is_read_by_members_and_privacy_officers_only(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.analyst):
            saw("case", RECORD, [closed.id], by=cast.analyst)
        for name, seen in (("privacy", True), ("supervisor", False), ("administrator", False), ("outsider", False)):
            with acting_as(cast.actors[name]):
                assert Sight.objects.exists() is seen


class TestHalfHourOf:
    """half_hour_of"""

    def test_is_the_half_hours_beginning(self) -> None:
        moment = datetime(2026, 3, 1, 9, 44, 59, 5, UTC)
        assert half_hour_of(moment) == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
