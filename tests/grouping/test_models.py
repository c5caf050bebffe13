# SPDX-License-Identifier: Apache-2.0
"""What the database itself holds to about groups."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.grouping.models import Group, Member
from tests.grouping.cast_groups import make_group, make_signals, put_in
from tests.personas import Cast


def test_one_group_of_a_key_takes_signals_and_no_second(cast: Cast) -> None:
    (signal,) = make_signals(cast, "web-1")
    make_group(cast, signal, key="same")
    with pytest.raises(IntegrityError, match="grouping_group_taking"), transaction.atomic():
        make_group(cast, signal, key="same")


def test_when_one_has_ended_the_next_of_its_key_may_begin(cast: Cast) -> None:
    (signal,) = make_signals(cast, "web-1")
    make_group(cast, signal, key="same", ended_at=clock.now())
    make_group(cast, signal, key="same")
    with acting_as(cast.analyst):
        assert Group.objects.filter(key="same").count() == 2


def test_a_signal_is_in_a_group_once(cast: Cast) -> None:
    (signal,) = make_signals(cast, "web-1")
    group = make_group(cast, signal)
    with acting_as(cast.analyst), pytest.raises(IntegrityError, match="grouping_member_once"), transaction.atomic():
        put_in(group, signal)


def test_groups_are_behind_the_wall_of_their_compartment(cast: Cast) -> None:
    make_group(cast, *make_signals(cast, "web-1"))
    for stranger in (cast.outsider, cast.hr, cast.administrator, None):
        with acting_as(stranger):
            assert not Group.objects.exists()
            assert not Member.objects.exists()


def test_the_pages_cannot_delete_a_group(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1"))
    with acting_as(cast.analyst), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        group.delete()


@pytest.mark.parametrize("table", ["grouping_habit", "grouping_watch"])
def test_the_pages_cannot_read_habits(db: None, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as own:
        own.execute(f"select * from {table}")
