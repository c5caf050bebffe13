# SPDX-License-Identifier: Apache-2.0
"""What files become."""

from datetime import date

import pytest

from longwatch.enrichment.intel.shape import Entry, Loaded, comparable, day_of, exact, network, text_of
from longwatch.entities.kinds import EntityKind


class TestLoaded:
    def test_counts_what_cannot_be_used(self) -> None:
        loaded = Loaded("indicators", "x", [])
        for each in (None, Entry("exact", ""), Entry("exact", "a")):
            loaded.add(each)
        assert (len(loaded.entries), loaded.skipped) == (1, 2)


class TestComparable:
    def test_is_the_same_for_two_spellings(self) -> None:
        assert comparable(EntityKind.DOMAIN, "Evil[.]Example.") == comparable(EntityKind.DOMAIN, "evil.example")

    def test_holds_nothing_that_the_database_cannot(self) -> None:
        assert comparable(EntityKind.DOMAIN, "a\0b.example") == "ab.example"


class TestExact:
    def test_takes_an_address_as_a_network(self) -> None:
        assert exact(EntityKind.IP, "192.0.2.7") == Entry("network", "192.0.2.7/32", network="192.0.2.7/32")

    @pytest.mark.parametrize("value", ["", "  ", None, 7, ["x"]])
    def test_leaves_out_what_is_no_text(self, value: object) -> None:
        assert exact(EntityKind.DOMAIN, value) is None


class TestNetwork:
    def test_forgives_bits_of_the_host(self) -> None:
        found = network("192.0.2.7/24")
        assert found is not None
        assert found.network == "192.0.2.0/24"

    @pytest.mark.parametrize("value", ["107.183.86", "x", "", "1.2.3.4/99"])
    def test_leaves_out_what_is_none(self, value: str) -> None:
        assert network(value) is None


class TestDayOf:
    @pytest.mark.parametrize(
        ("value", "day"),
        [("2026-01-05T10:00:00.0Z", date(2026, 1, 5)), ("1767571200", date(2026, 1, 5)),
         ("2025.08.25", date(2025, 8, 25)),
         ("", None), (None, None), ("soon", None), ("9" * 30, None)],
    )  # fmt: skip
    def test_reads_common_forms(self, value: object, day: date | None) -> None:
        assert day_of(value) == day


class TestTextOf:
    def test_has_no_control_characters_and_an_end(self) -> None:
        assert text_of("a\0b\nc" + "d" * 400, 10) == "a b cddddd"
