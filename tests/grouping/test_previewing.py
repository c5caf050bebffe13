# SPDX-License-Identifier: Apache-2.0
"""What a split would give, seen before it is done."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.grouping.models import Group
from longwatch.grouping.previewing import preview
from longwatch.grouping.sentences import why_words
from longwatch.grouping.services.judging import split_group
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.personas import Cast


def test_it_tells_both_sides_and_changes_nothing(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1", "web-2")
    group = make_group(cast, *signals)
    with acting_as(cast.analyst):
        seen = preview(group, [signals[2].id])
        assert Group.objects.count() == 1
    assert seen.stays is not None
    assert [[each.id for each in side.signals] for side in seen.goes] == [[signals[2].id]]
    assert "2 of 2 name host web-1." in seen.stays.why


def test_without_an_entity_what_falls_off_goes(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1")
    group = make_group(cast, *signals)
    with acting_as(cast.analyst):
        seen = preview(group, [], str(entity_of(signals[0])))
    assert seen.label == "host web-1"
    assert seen.stays is not None
    assert (len(seen.stays.signals), [len(side.signals) for side in seen.goes]) == (1, [1])


def test_each_part_that_falls_off_is_told_by_itself(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1", "web-1")
    with acting_as(cast.analyst):
        seen = preview(make_group(cast, *signals), [], str(entity_of(signals[0])))
    assert [len(side.signals) for side in seen.goes] == [1, 1]


def test_the_groups_that_it_then_makes_are_called_and_explained_the_same(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1", "web-2", "web-2")
    group = make_group(cast, *signals)
    chosen = [each.id for each in signals[2:]]
    with acting_as(cast.analyst):
        seen = preview(group, chosen)
        part = split_group(group.id, chosen, by=cast.analyst)
        group.refresh_from_db()
    assert seen.stays is not None
    told = [(side.title, list(side.why)) for side in (seen.stays, *seen.goes)]
    assert told == [(each.title, [why_words(why) for why in each.why]) for each in (group, part)]


def test_nothing_chosen_gives_one_side(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1"))
    with acting_as(cast.analyst):
        assert preview(group, []).goes == []


def test_an_entity_that_it_does_not_name_is_not_there(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1"))
    with acting_as(cast.analyst), pytest.raises(NotFound):
        preview(group, [], "nothing")
