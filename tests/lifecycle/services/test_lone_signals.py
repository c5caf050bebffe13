# SPDX-License-Identifier: Apache-2.0
"""Signals that never joined a record: due, proposed by place, decided there, erased in place."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, NotFound
from longwatch.incidents.services.opening import add_signals
from longwatch.intake.models import Occurrence, Signal
from longwatch.intake.services.triage import reopen
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.retention import of_signals
from longwatch.lifecycle.services.classes import change_retention
from longwatch.lifecycle.services.disposing import approve, propose_signals
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.lifecycle.services.holds import hold_entity, hold_organisation
from tests.lifecycle.alone import lone_signals
from tests.lifecycle.closed import PERSON, an_incident
from tests.personas import Cast


def due(cast: Cast) -> list[selectors.SignalsDue]:
    """What the privacy officer sees."""
    with acting_as(cast.privacy):
        return selectors.signals_due(of_signals(selectors.retention(cast.privacy.org_id)))


def proposed(cast: Cast) -> Disposal:
    """A proposal of what is due."""
    with acting_as(cast.privacy):
        return propose_signals(cast.signals.id, by=cast.privacy)


def titles(cast: Cast, ids: list[UUID]) -> set[str]:
    """What the signals are called now."""
    with acting_as(cast.analyst):
        return set(Signal.objects.filter(id__in=ids).values_list("title", flat=True))


class TestDue:
    def test_only_what_was_dismissed_long_ago_counts_and_the_place_has_no_name(self, cast: Cast) -> None:
        lone_signals(cast)
        lone_signals(cast, days=10)
        (only,) = due(cast)
        assert (only.compartment_id, only.name, only.amount) == (cast.signals.id, "", 2)

    def test_a_shorter_time_makes_more_due(self, cast: Cast) -> None:
        lone_signals(cast, days=10)
        with acting_as(cast.privacy):
            change_retention("signal-alone", days=5, outcome="anonymise", reason="Agreed", by=cast.privacy)
        assert [each.amount for each in due(cast)] == [2]

    def test_nothing_under_hold_is_due(self, cast: Cast) -> None:
        lone_signals(cast)
        with acting_as(cast.counsel):
            hold_organisation(matter="3 O 12/26", reason="Sued", by=cast.counsel)
        assert due(cast) == []

    def test_others_learn_nothing(self, cast: Cast) -> None:
        lone_signals(cast)
        with acting_as(cast.analyst):
            fitting = of_signals(selectors.retention(cast.analyst.org_id))
            assert selectors.signals_due(fitting) == []
            assert selectors.signals_to_go(cast.signals.id, fitting) == []
            assert selectors.signals_preview([cast.signals.id]) == []


class TestCarryOut:
    def test_two_people_and_they_are_blank(self, cast: Cast) -> None:
        ids = lone_signals(cast)
        row = proposed(cast)
        assert due(cast) == []
        with acting_as(cast.supervisor):
            approve(row.id, by=cast.supervisor)
        assert carry_out(row.id) == "done"
        assert titles(cast, ids) == {"(erased)"}
        with acting_as(cast.analyst):
            assert {bytes(each.raw) for each in Occurrence.objects.filter(signal_id__in=ids)} == {b""}
        with acting_as(cast.privacy):
            assert selectors.disposal(row.id).counts["intake_signal"] == 2
        assert due(cast) == []

    def test_what_joined_a_record_in_between_stays(self, cast: Cast) -> None:
        ids = lone_signals(cast)
        row = proposed(cast)
        record = an_incident(cast)
        with acting_as(cast.analyst):
            reopen(ids[0], by=cast.analyst)
            add_signals(record.id, ids[:1], by=cast.analyst)
        with acting_as(cast.supervisor):
            approve(row.id, by=cast.supervisor)
        carry_out(row.id)
        assert titles(cast, ids) == {"(erased)", f"Door 0 forced by {PERSON}"}

    def test_a_hold_in_between_keeps_them(self, cast: Cast) -> None:
        ids = lone_signals(cast)
        row = proposed(cast)
        with acting_as(cast.supervisor):
            approve(row.id, by=cast.supervisor)
        with acting_as(cast.counsel):
            hold_organisation(matter="3 O 12/26", reason="Sued", by=cast.counsel)
        carry_out(row.id)
        assert "(erased)" not in titles(cast, ids)


class TestProposeSignals:
    def test_refuses_where_nothing_is_due(self, cast: Cast) -> None:
        with pytest.raises(Conflict):
            proposed(cast)

    def test_is_decided_by_somebody_inside_the_place(self, cast: Cast) -> None:
        lone_signals(cast)
        row = proposed(cast)
        for other in (cast.hr, cast.outsider):
            with acting_as(other), pytest.raises(NotFound):
                approve(row.id, by=other)

    def test_the_database_keeps_to_what_was_proposed(self, cast: Cast) -> None:
        lone_signals(cast)
        row = proposed(cast)
        with (
            acting_as(cast.privacy), pytest.raises(DatabaseError, match="decided once"), transaction.atomic(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute("update lifecycle_disposal set signals = '{}' where id = %s", [row.id])


def test_a_hold_on_somebody_keeps_the_signals_that_name_them(cast: Cast) -> None:
    lone_signals(cast)
    with acting_as(cast.counsel):
        hold_entity("person", "Somebody Else", matter="3 O 12/26", reason="Sued", by=cast.counsel)
    assert [each.amount for each in due(cast)] == [2]
