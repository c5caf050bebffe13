# SPDX-License-Identifier: Apache-2.0
"""What a group adds up to."""

from longwatch.access.context import acting_as
from longwatch.grouping.models import Group
from longwatch.grouping.services.counting import recount
from tests.grouping.cast_groups import make_group, make_signals, put_in
from tests.personas import Cast


def test_a_group_is_counted_dated_named_and_explained_by_its_members(cast: Cast) -> None:
    first, second = make_signals(cast, "web-1", "web-1")
    group = make_group(cast, first)
    with acting_as(cast.analyst):
        put_in(group, second, minutes=5)
        recount(group)
        found = Group.objects.get(id=group.id)
    assert (found.signals, found.arrivals, found.severity) == (2, 2, 3)
    assert found.title in {first.title, second.title}
    assert found.last_at > found.first_at
    assert {"kind": "entity", "about": "host web-1", "count": 2, "of": 2} in found.why
    assert found.splits[0]["label"] == "host web-1"
