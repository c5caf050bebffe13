# SPDX-License-Identifier: Apache-2.0
"""Two at once, with real commits."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.core.postgres.address import Address
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.incidents.services.closing import close_incident
from longwatch.incidents.services.merging import merge_incident
from longwatch.records.models import EntryKind, TimelineEntry
from longwatch.records.services.timeline import add_entry
from tests.incidents.cast_incidents import opened, told
from tests.personas import Cast, make_cast


@pytest.fixture
def committed_cast(committed_db: Address) -> Cast:
    return make_cast()


def at_once(jobs: Sequence[tuple[Actor, Callable[[], object]]]) -> list[object]:
    """What each job returned or was refused with, all started at the same moment."""
    start = Barrier(len(jobs))

    def run(actor: Actor, job: Callable[[], object]) -> object:
        try:
            start.wait(10)
            with acting_as(actor):
                return job()
        except Conflict as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(60) for future in [pool.submit(run, actor, job) for actor, job in jobs]]


class TestTwoClosers:
    """Two people close one incident."""

    def test_lets_one_win_and_refuses_the_other(self, committed_cast: Cast) -> None:
        cast = committed_cast
        found = opened(cast)

        def close(actor: Actor) -> Callable[[], object]:
            answers: dict[str, Any] = {"disposition": "benign", "summary": actor.label, "case_answer": "no"}
            return lambda: close_incident(found.id, **answers, by=actor)

        results = at_once([(actor, close(actor)) for actor in (cast.analyst, cast.supervisor)])
        assert sum(isinstance(result, Conflict) for result in results) == 1
        with acting_as(cast.analyst):
            assert told(found.id).count("incident.closed") == 1


class TestCrosswiseMerge:
    """Two people merge two incidents into each other."""

    def test_ends_one_of_them_only(self, committed_cast: Cast) -> None:
        cast = committed_cast
        one, other = opened(cast), opened(cast)
        jobs = [
            (cast.analyst, lambda: merge_incident(one.id, other.id, by=cast.analyst)),
            (cast.supervisor, lambda: merge_incident(other.id, one.id, by=cast.supervisor)),
        ]
        results = at_once(jobs)
        assert sum(isinstance(result, Conflict) for result in results) == 1
        with acting_as(cast.analyst):
            assert sorted(Incident.objects.values_list("status", flat=True)) == ["merged", "reported"]


class TestTwoAppenders:
    """Several people write into one timeline."""

    def test_keeps_every_line(self, committed_cast: Cast) -> None:
        cast = committed_cast
        found = opened(cast)

        def write(actor: Actor, number: int) -> Callable[[], object]:
            return lambda: add_entry(
                incident_ref(incident(found.id)), kind=EntryKind.NOTE, text=f"Line {number}", by=actor
            )

        writers = (cast.analyst, cast.responder, cast.supervisor, cast.investigator)
        at_once([(actor, write(actor, number)) for number, actor in enumerate(writers * 2)])
        with acting_as(cast.analyst):
            texts = TimelineEntry.objects.filter(record_id=found.id).values_list("text", flat=True)
            assert sorted(texts) == [f"Line {number}" for number in range(8)]
            assert told(found.id).count("timeline.entry_added") == 8


class TestManyOpeners:
    """Several people open incidents."""

    def test_gives_no_number_twice_and_leaves_none_out(self, committed_cast: Cast) -> None:
        cast = committed_cast
        at_once([(actor, partial(opened, cast, by=actor)) for actor in (cast.analyst, cast.supervisor) * 3])
        with acting_as(cast.analyst):
            numbers = sorted(int(ref[-4:]) for ref in Incident.objects.values_list("reference", flat=True))
        assert numbers == [1, 2, 3, 4, 5, 6]
