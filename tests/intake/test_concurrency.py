# SPDX-License-Identifier: Apache-2.0
"""Signals that arrive while somebody judges those before them, on two connections, with real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake.models import DismissReason, Signal, Source
from longwatch.intake.rules import dedup_key
from longwatch.intake.services import triage
from longwatch.intake.services.bulk_triage import judge_many
from longwatch.intake.submission import SignalIn
from longwatch.records.reference import RecordRef
from tests.intake.cast_signals import make_source, send, signal_of
from tests.intake.services.test_placing import ended, record
from tests.personas import Cast, make_cast

MOST_LOOKS = 20_000
WAITING = "select exists (select 1 from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid)))"


@pytest.fixture
def cast(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """A committed organisation."""
    with django_db_blocker.unblock():
        yield make_cast()


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def elsewhere(act: Callable[[], Any]) -> "Future[Any]":
    """Do something on a connection of its own."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(run)
    finally:
        pool.shutdown(wait=False)


def until_it_waits_for_me(other: "Future[Any]") -> None:
    """Return when the other one waits for what this connection has locked."""
    for _ in range(MOST_LOOKS):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() == (True,):
                return
        if other.done():
            break
    raise AssertionError("it did not wait")


class TestArrivals:
    def test_name_the_signal_that_was_closing_as_they_came(self, cast: Cast, source: Source) -> None:
        before = send(source, cast, dedup_key="one")
        with acting_as(cast.analyst):
            triage.dismiss(before.signal_id, DismissReason.BENIGN, by=cast.analyst)
            arrival = elsewhere(lambda: send(source, cast, dedup_key="one"))
            until_it_waits_for_me(arrival)
        after = signal_of(arrival.result(60), cast)
        assert (after.id != before.signal_id, after.previous_id) == (True, before.signal_id)

    def test_count_on_a_signal_whose_closing_was_taken_back(self, cast: Cast, source: Source) -> None:
        before = send(source, cast, dedup_key="one")
        with transaction.atomic():
            with acting_as(cast.analyst):
                triage.dismiss(before.signal_id, DismissReason.BENIGN, by=cast.analyst)
                arrival = elsewhere(lambda: send(source, cast, dedup_key="one"))
                until_it_waits_for_me(arrival)
            transaction.set_rollback(True)
        assert (arrival.result(60).signal_id, arrival.result(60).count) == (before.signal_id, 2)


def judged(ids: list[UUID], cast: Cast, incident: RecordRef) -> object:
    return judge_many(ids, lambda each: triage.acknowledge(each, cast.analyst))


def placed(ids: list[UUID], cast: Cast, incident: RecordRef) -> object:
    return triage.place_in_record(ids, incident, cast.analyst)


def closed(ids: list[UUID], cast: Cast, incident: RecordRef) -> object:
    ended(incident, cast.analyst)
    return triage.close_with_record(incident.id)


def sent_against_the_order_of_keys(source: Source, cast: Cast) -> tuple[list[UUID], list[UUID]]:
    """Identifiers in order of arrival, and in order of keys, which is the opposite."""
    names = [str(number) for number in range(12)]
    keys = {name: dedup_key(source.id, SignalIn(title="a", dedup_key=name), (), b"") for name in names}
    backwards = sorted(keys, key=keys.__getitem__, reverse=True)
    ids = [send(source, cast, dedup_key=name).signal_id for name in backwards]
    with acting_as(cast.analyst):
        by_key = list(Signal.objects.filter(id__in=ids).order_by("dedup_key").values_list("id", flat=True))
    assert by_key == ids[::-1]
    return ids, by_key


class TestLocks:
    @pytest.mark.parametrize("act", [judged, placed, closed])
    def test_are_taken_in_the_order_of_arrivals(
        self, cast: Cast, source: Source, act: Callable[[list[UUID], Cast, RecordRef], object]
    ) -> None:
        """Identifiers are in order of arrival, keys are not: with two orders one of the two would be refused."""
        incident = record(cast)
        ids, by_key = sent_against_the_order_of_keys(source, cast)

        def run() -> None:
            with acting_as(cast.analyst):
                act(ids, cast, incident)

        if act is closed:
            with acting_as(cast.analyst):
                triage.place_in_record(ids, incident, cast.analyst)
        with acting_as(cast.analyst):
            assert Signal.objects.select_for_update().get(id=by_key[0]).closed_at is None
            other = elsewhere(run)
            until_it_waits_for_me(other)
            others = Signal.objects.select_for_update(nowait=True).filter(id__in=by_key[1:])
            assert len(others) == len(ids) - 1
        other.result(60)
