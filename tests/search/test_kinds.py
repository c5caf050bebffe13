# SPDX-License-Identifier: Apache-2.0
"""What an actor's role lets them look for."""

from dataclasses import replace

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.search.kinds import ResultKind, readable_results, wanted_results
from tests.personas import Cast


def who_may(cast: Cast, *permissions: Permission) -> Actor:
    return replace(cast.analyst, permissions=frozenset(permissions))


class TestReadableResults:
    """readable_results"""

    def test_leaves_out_everything_of_cases_for_who_reads_none(self, cast: Cast) -> None:
        found = readable_results(who_may(cast, Permission.SEARCH_USE, Permission.INCIDENT_READ))
        assert found == [ResultKind.INCIDENT, ResultKind.NOTE, ResultKind.TASK]

    def test_is_nothing_without_permissions(self, cast: Cast) -> None:
        assert readable_results(who_may(cast)) == []


class TestWantedResults:
    """wanted_results"""

    def test_is_what_is_asked_for_and_readable(self, cast: Cast) -> None:
        actor = who_may(cast, Permission.SEARCH_USE, Permission.INCIDENT_READ)
        assert wanted_results(actor, ["task", "case", "nonsense"]) == ["task"]

    def test_is_all_that_is_readable_when_nothing_is_asked_for(self, cast: Cast) -> None:
        actor = who_may(cast, Permission.SEARCH_USE)
        assert wanted_results(actor, []) == ["note", "task"]
