# SPDX-License-Identifier: Apache-2.0
"""Loading intelligence and taking it out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.core.postgres.address import Address
from longwatch.enrichment import selectors
from longwatch.enrichment.feeds.asking import Portion, Taken
from longwatch.enrichment.feeds.fetching import as_feed
from longwatch.enrichment.feeds.storing import store
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.intel.shape import network
from longwatch.enrichment.models import Dataset
from longwatch.enrichment.services.feeds import change_feed, wanted_of
from longwatch.enrichment.services.intel import load, remove
from tests.access.entries import actions
from tests.enrichment.cast_feeds import make_feed
from tests.enrichment.intel_files import ATTACK, KEV, WARNINGLIST, loaded, packed
from tests.ledger.entries import superuser
from tests.personas import Cast
from tests.search.test_hand_over_races import at_once, until_waiting


def values(cast: Cast) -> int:
    with acting_as(cast.administrator), connection.cursor() as cursor:
        cursor.execute("select count(*) from enrichment_value")
        return int(cursor.fetchone()[0])


def removed(cast: Cast, dataset: Dataset) -> Dataset:
    with acting_as(cast.supervisor):
        return remove(dataset.id, by=cast.supervisor)


class TestLoad:
    """load"""

    def test_keeps_the_values_and_says_what_and_how_new_they_are(self, cast: Cast) -> None:
        [dataset] = loaded(cast, KEV, "kev.json")
        assert (dataset.kind, dataset.edition, dataset.values_count, dataset.file) == (
            "kev",
            "2026.01.05",
            2,
            "kev.json",
        )
        assert values(cast) == 2
        with acting_as(cast.auditor):
            assert actions(dataset.id) == ["intel.loaded"]

    def test_replaces_an_older_edition(self, cast: Cast) -> None:
        [first] = loaded(cast, KEV)
        [second] = loaded(cast, KEV | {"catalogVersion": "2026.02.01", "vulnerabilities": KEV["vulnerabilities"][:1]})
        assert (second.id, second.edition, values(cast)) == (first.id, "2026.02.01", 1)

    def test_does_nothing_with_the_same_file_again(self, cast: Cast) -> None:
        raw = packed(KEV)
        for _ in range(2):
            [dataset] = loaded(cast, raw)
        with acting_as(cast.auditor):
            assert actions(dataset.id) == ["intel.loaded"]

    def test_leaves_out_patterns_that_take_forever(self, cast: Cast) -> None:
        made = WARNINGLIST | {"type": "regex", "list": ["a.c", r"(.*)\1$", "(a{1,200}){1,200}b"]}
        [dataset] = loaded(cast, made)
        assert (dataset.values_count, dataset.skipped) == (1, 2)

    def test_leaves_out_what_is_said_twice_and_patterns_that_are_none(self, cast: Cast) -> None:
        made = WARNINGLIST | {"type": "regex", "list": ["a.c", "a.c", "(", "[z-a]"]}
        [dataset] = loaded(cast, made)
        assert (dataset.values_count, dataset.skipped) == (1, 3)

    def test_refuses_who_does_not_manage_sources(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            load(read_bytes(b"192.0.2.1", "x"), by=cast.analyst)

    def test_is_seen_in_ones_own_organisation_only(self, cast: Cast) -> None:
        loaded(cast, ATTACK)
        with acting_as(cast.outsider), connection.cursor() as cursor:
            assert list(selectors.datasets(cast.outsider)) == []
            cursor.execute("select count(*) from enrichment_value")
            assert cursor.fetchone()[0] == 0


class TestRemove:
    """remove"""

    def test_takes_the_values_out_and_keeps_the_history(self, cast: Cast) -> None:
        [dataset] = loaded(cast, KEV)
        with acting_as(cast.administrator):
            for _ in range(2):
                remove(dataset.id, by=cast.administrator)
            assert list(selectors.datasets(cast.administrator)) == []
        assert values(cast) == 0
        with acting_as(cast.auditor):
            assert actions(dataset.id) == ["intel.loaded", "intel.removed"]

    def test_lets_it_be_loaded_again(self, cast: Cast) -> None:
        [dataset] = loaded(cast, KEV)
        with acting_as(cast.administrator):
            remove(dataset.id, by=cast.administrator)
        [again] = loaded(cast, KEV)
        assert (again.id, again.removed_at, values(cast)) == (dataset.id, None, 2)

    def test_waits_for_the_feed_before_it_holds_the_list(self, committed: Cast, committed_db: Address) -> None:
        feed = make_feed(committed)
        with acting_as(as_feed(feed)):
            [value] = [network("203.0.113.1")]
            assert value is not None
            store(feed, Portion({}, more=False, taken=[Taken("a", "1", None, [value])]), by=as_feed(feed))
        with acting_as(committed.supervisor):
            change_feed(feed.id, wanted_of(feed, enabled=False), by=committed.supervisor)
            [dataset] = selectors.datasets(committed.supervisor)
        with ThreadPoolExecutor(1) as pool:
            with superuser(committed_db) as other, other.transaction():
                other.execute("select 1 from enrichment_feed_state where feed_id = %s for update", [feed.id])
                removing = pool.submit(at_once, lambda: removed(committed, dataset))
                until_waiting(1)
                other.execute("select 1 from enrichment_dataset where id = %s for update nowait", [dataset.id])
            removing.result(30)
        assert values(committed) == 0

    def test_refuses_others(self, cast: Cast) -> None:
        [dataset] = loaded(cast, KEV)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            remove(dataset.id, by=cast.outsider)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            remove(dataset.id, by=cast.analyst)
