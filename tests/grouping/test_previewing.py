# SPDX-License-Identifier: Apache-2.0
"""What a split would give, seen before it is done."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.grouping.models import Group
from longwatch.grouping.previewing import preview
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.personas import Cast


def test_it_tells_both_sides_and_changes_nothing(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1", "web-2")
    group = make_group(cast, *signals)
    with acting_as(cast.analyst):
        seen = preview(group, [signals[2].id])
        assert Group.objects.count() == 1
    assert seen.stays is not None
    assert seen.goes is not None
    assert [each.id for each in seen.goes.signals] == [signals[2].id]
    assert "2 of 2 name host web-1." in seen.stays.why


def test_without_an_entity_what_falls_off_goes(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1")
    group = make_group(cast, *signals)
    with acting_as(cast.analyst):
        seen = preview(group, [], str(entity_of(signals[0])))
    assert seen.label == "host web-1"
    assert seen.stays is not None
    assert seen.goes is not None
    assert (len(seen.stays.signals), len(seen.goes.signals)) == (1, 1)


def test_nothing_chosen_gives_one_side(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1"))
    with acting_as(cast.analyst):
        assert preview(group, []).goes is None


def test_an_entity_that_it_does_not_name_is_not_there(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1"))
    with acting_as(cast.analyst), pytest.raises(NotFound):
        preview(group, [], "nothing")
