# SPDX-License-Identifier: Apache-2.0
"""Warninglists of each type."""

from datetime import date
from typing import Any

import pytest

from longwatch.enrichment.intel.shape import Entry
from longwatch.enrichment.intel.warninglist import MOST_PATTERNS, is_warninglist, read_warninglist
from tests.enrichment.intel_files import WARNINGLIST


def entry(style: str, value: str, attributes: list[str]) -> Any:
    made = {"name": "n", "version": 1, "type": style, "matching_attributes": attributes, "list": [value]}
    found = read_warninglist(made).entries
    return found[0] if found else None


class TestReadWarninglist:
    def test_reads_networks_and_bare_addresses(self) -> None:
        read = read_warninglist(WARNINGLIST)
        assert [each.network for each in read.entries] == ["192.0.2.0/28", "2001:db8::/64", "198.51.100.9/32"]
        assert (read.kinds, read.edition, read.dated) == (["domain", "host", "ip"], "20260103", date(2026, 1, 3))

    @pytest.mark.parametrize("value", [".Example.ORG", "example.org"])
    def test_reads_names_with_what_is_below_them(self, value: str) -> None:
        assert entry("hostname", value, ["domain"]) == Entry("host", "example.org")

    def test_reads_whole_values_however_they_are_written(self) -> None:
        assert entry("string", "ABC", ["md5"]) == Entry("exact", "abc")

    def test_takes_an_address_in_a_list_of_texts_for_one(self) -> None:
        assert entry("string", "192.0.2.9", ["ip-dst"]).style == "network"

    def test_takes_a_part_that_is_a_name_at_the_borders_of_its_labels(self) -> None:
        assert entry("substring", "0-mail.com", ["email-src"]) == Entry("host", "0-mail.com")
        assert entry("substring", "/tracking/", ["url"]) == Entry("substring", "/tracking/")

    def test_takes_the_slashes_off_a_pattern(self) -> None:
        assert entry("regex", r"/^(noc|abuse)\@.*$/i", ["email-src"]) == Entry("regex", r"^(noc|abuse)\@.*$")

    def test_leaves_out_what_is_no_text_and_patterns_without_number(self) -> None:
        made = {"name": "n", "type": "regex", "matching_attributes": [], "list": [7, *(f"a{n}" for n in range(600))]}
        read = read_warninglist(made)
        assert (len(read.entries), read.skipped) == (MOST_PATTERNS, 101)

    def test_knows_one_by_its_keys(self) -> None:
        assert is_warninglist(WARNINGLIST)
        assert not is_warninglist({"list": []})
