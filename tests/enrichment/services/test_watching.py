# SPDX-License-Identifier: Apache-2.0
"""Watch-lists."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.enrichment import selectors
from longwatch.enrichment.models import WatchList
from longwatch.enrichment.services import watching
from tests.access.entries import actions
from tests.personas import Cast


def made(cast: Cast, **values: Any) -> WatchList:
    usual: dict[str, Any] = {
        "name": "Heron",
        "reason": "Told by the police",
        "expires_at": clock.now() + timedelta(days=9),
    }
    with acting_as(cast.analyst):
        return watching.make_watchlist(**usual | values, by=cast.analyst)


class TestMakeWatchlist:
    def test_keeps_reason_owner_and_end(self, cast: Cast) -> None:
        row = made(cast)
        assert (row.reason, row.owner) == ("Told by the police", cast.analyst.label)
        with acting_as(cast.auditor):
            assert actions(row.id) == ["watchlist.made"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"name": " "}, "name"), ({"reason": ""}, "reason"),
         ({"expires_at": clock.now() - timedelta(1)}, "expires_at"),
         ({"expires_at": clock.now() + timedelta(400)}, "expires_at"), ({"severity": 9}, "severity")],
    )  # fmt: skip
    def test_refuses_one_without_reason_or_end(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            made(cast, **wrong)
        assert list(refusal.value.fields) == [field]

    def test_refuses_the_same_name_twice(self, cast: Cast) -> None:
        made(cast)
        with pytest.raises(Conflict):
            made(cast)

    def test_refuses_who_judges_no_signals(self, cast: Cast) -> None:
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            watching.make_watchlist(name="x", reason="y", expires_at=clock.now() + timedelta(1), by=cast.responder)


class TestChangeWatchlist:
    def test_ends_it(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.analyst):
            changed = watching.change_watchlist(row.id, {"expires_at": clock.now()}, by=cast.analyst)
        assert changed.expires_at <= clock.now()
        with acting_as(cast.auditor):
            assert actions(row.id) == ["watchlist.made", "watchlist.changed"]

    def test_refuses_a_version_that_is_gone_and_what_does_not_change(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.analyst):
            with pytest.raises(Stale):
                watching.change_watchlist(row.id, {"owner": "x"}, expected_version=row.version - 1, by=cast.analyst)
            with pytest.raises(Invalid):
                watching.change_watchlist(row.id, {"name": "x"}, by=cast.analyst)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            watching.change_watchlist(row.id, {"owner": "x"}, by=cast.outsider)


class TestWatch:
    def test_puts_a_thing_on_it_once(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.analyst):
            first = watching.watch(row.id, kind="domain", value="Bad[.]example", by=cast.analyst)
            again = watching.watch(row.id, kind="domain", value="bad.example", by=cast.analyst)
            assert (first.id, [each.key for each in selectors.entries(row.id)]) == (again.id, ["domain:bad.example"])
        with acting_as(cast.auditor):
            assert actions(first.id) == ["watchlist.entry_added"]

    @pytest.mark.parametrize(("kind", "value"), [("shoe", "9"), ("ip", " "), ("ip", "x" * 501), ("ip", "a\0b")])
    def test_refuses_what_cannot_be_watched_for(self, cast: Cast, kind: str, value: str) -> None:
        row = made(cast)
        with acting_as(cast.analyst), pytest.raises(Invalid):
            watching.watch(row.id, kind=kind, value=value, by=cast.analyst)


class TestUnwatch:
    def test_takes_it_off_and_lets_it_come_back(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.analyst):
            entry = watching.watch(row.id, kind="ip", value="192.0.2.7", by=cast.analyst)
            for _ in range(2):
                watching.unwatch(row.id, entry.id, by=cast.analyst)
            assert not selectors.entries(row.id).exists()
            assert watching.watch(row.id, kind="ip", value="192.0.2.7", by=cast.analyst).id != entry.id

    def test_knows_only_what_is_on_this_list(self, cast: Cast) -> None:
        row, other = made(cast), made(cast, name="Other")
        with acting_as(cast.analyst):
            entry = watching.watch(row.id, kind="ip", value="192.0.2.7", by=cast.analyst)
            with pytest.raises(NotFound):
                watching.unwatch(other.id, entry.id, by=cast.analyst)
