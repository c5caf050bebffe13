# SPDX-License-Identifier: Apache-2.0
"""Plain lists."""

import pytest

from longwatch.enrichment.intel.plain import read_plain


class TestReadPlain:
    @pytest.mark.parametrize(
        ("line", "style", "key"),
        [
            ("AB" * 20, "exact", "ab" * 20),
            ("cve-2021-44228", "exact", "cve-2021-44228"),
            ("hxxp://Bad[.]example/x", "exact", "http://bad.example/x"),
            ("who@bad.example", "exact", "who@bad.example"),
            ("192.0.2.0/24", "network", "192.0.2.0/24"),
            ("bad[.]example # seen on Monday", "host", "bad.example"),
        ],
    )
    def test_takes_each_value_for_what_it_looks_like(self, line: str, style: str, key: str) -> None:
        [entry] = read_plain(line, "mine").entries
        assert (entry.style, entry.key) == (style, key)

    def test_leaves_out_remarks_and_counts_what_is_nothing(self) -> None:
        read = read_plain("# a remark\n\nno value\n" + "ab" * 20 + "cs\n", "mine")
        assert (read.entries, read.skipped) == ([], 2)

    def test_keeps_what_follows_a_hash_sign_inside_a_url(self) -> None:
        [entry] = read_plain("http://bad.example/#x", "mine").entries
        assert entry.key == "http://bad.example/#x"
