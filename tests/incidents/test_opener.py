# SPDX-License-Identifier: Apache-2.0
"""The thread of the worker that follows groups whose rules open incidents."""

import time

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.incidents.models import Incident
from longwatch.incidents.opener import Note, Opener, follow, follow_due, forget_old
from longwatch.ledger.connecting import as_role
from tests.incidents.cast_rules import arrive, auto_rule, settled
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast

PATIENCE = 20.0


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


def count(town: Cast) -> int:
    with acting_as(town.analyst):
        return Incident.objects.filter(org_id=town.organisation.id).count()


def waiting() -> int:
    with as_role(ENGINE) as engine:
        found = engine.execute("select count(*) from grouping_due").fetchone()
    return int(found[0]) if found else 0


def test_it_opens_what_is_due_by_itself(town: Cast) -> None:
    auto_rule(town)
    source = make_source(town)
    arrive(town, source, "Beacon a", "web-1")
    arrive(town, source, "Beacon b", "web-1")
    settled()
    opener = Opener(look_seconds=0.05)
    opener.start()
    try:
        until = time.monotonic() + PATIENCE
        while waiting() and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        opener.stop()
    assert count(town) == 1


def test_a_note_that_comes_while_one_is_followed_is_not_forgotten_with_it(town: Cast) -> None:
    auto_rule(town)
    source = make_source(town)
    arrive(town, source, "Beacon a", "web-1")
    arrive(town, source, "Beacon b", "web-1")
    settled()
    with as_role(ENGINE) as engine:
        found = engine.execute("select group_id, notes from grouping_due").fetchone()
        assert found is not None
        engine.execute("update grouping_due set notes = notes + 1")
        follow(engine, Note(found[0], found[1], town.supervisor.id))
        assert waiting() == 1
        follow_due(engine)
    assert (waiting(), count(town)) == (0, 1)


def test_what_could_not_be_followed_for_a_week_is_forgotten(town: Cast) -> None:
    auto_rule(town)
    source = make_source(town)
    arrive(town, source, "Beacon a", "web-1")
    arrive(town, source, "Beacon b", "web-1")
    settled()
    with as_role(ENGINE) as engine:
        engine.execute("update grouping_due set at = now() - interval '8 days'")
        forget_old(engine)
    assert waiting() == 0
