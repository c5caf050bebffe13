# SPDX-License-Identifier: Apache-2.0
"""What is long over is cleaned away; what people decided and what waits stays."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.grouping.cleaning import clean
from longwatch.grouping.jobs import clean_away
from longwatch.grouping.models import Group, GroupState, Member, Trial
from longwatch.ledger.connecting import as_role
from tests.grouping.cast_groups import make_group, make_signals
from tests.grouping.services.test_trying import tried
from tests.personas import Cast, make_cast

LONG_AGO = timedelta(days=400)


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


def cleaned() -> int:
    with as_role(ENGINE) as engine:
        return clean(engine)


def test_members_of_judged_groups_go_and_the_group_stays(town: Cast) -> None:
    over = clock.now() - LONG_AGO
    group = make_group(town, *make_signals(town, "web-1", "web-1"), state=GroupState.DISMISSED, ended_at=over)
    assert cleaned() >= 2
    with acting_as(town.analyst):
        kept = Group.objects.get(id=group.id)
        assert (kept.title, kept.signals) == (group.title, 2)
        assert not Member.objects.filter(group_id=group.id).exists()


def test_what_waits_or_ended_lately_stays(town: Cast) -> None:
    waits = make_group(town, *make_signals(town, "web-1"), ended_at=clock.now() - LONG_AGO)
    lately = make_group(town, *make_signals(town, "web-2"), state=GroupState.DISMISSED, ended_at=clock.now())
    cleaned()
    with acting_as(town.analyst):
        assert Member.objects.filter(group_id__in=[waits.id, lately.id]).count() == 2


def test_old_habits_and_back_tests_go(town: Cast) -> None:
    trial = tried(town)
    with acting_as(town.supervisor):
        Trial.objects.filter(id=trial.id).update(asked_at=clock.now() - LONG_AGO)
    with as_role(ENGINE) as engine:
        engine.execute(
            "insert into grouping_habit (compartment_id, key, hours, hour, count, peak, named_by)"
            " values (%s, 'old', 1, 100, 1, 1, 1)",
            [town.signals.id],
        )
    assert cleaned() >= 2
    with acting_as(town.supervisor):
        assert not Trial.objects.filter(id=trial.id).exists()


def test_a_job_does_it(town: Cast) -> None:
    assert clean_away(timestamp=0) >= 0
