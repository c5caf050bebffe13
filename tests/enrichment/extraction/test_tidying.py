# SPDX-License-Identifier: Apache-2.0
"""From what a library finds to things that are meant."""

import json

import pytest

from longwatch.enrichment.extraction.tidying import LONGEST_TEXT, text_of, things_in


def values(**found: list[str]) -> list[tuple[str, str]]:
    return [(each.kind, each.value) for each in things_in(found)]


class TestThingsIn:
    def test_makes_them_entities_from_the_text(self) -> None:
        [thing] = things_in({"ipv4s": ["192.0.2.7"]})
        assert (thing.kind, thing.value, thing.from_text) == ("ip", "192.0.2.7", True)

    def test_takes_marks_off_the_end_of_a_url(self) -> None:
        assert values(urls=["http://bad.example/x;"]) == [("url", "http://bad.example/x")]

    def test_leaves_out_the_domain_of_a_url_or_address_that_is_there(self) -> None:
        found = values(urls=["http://bad.example/x"], email_addresses=["a@mail.example"],
                       domains=["bad.example", "mail.example", "other.example"])  # fmt: skip
        assert [value for kind, value in found if kind == "domain"] == ["other.example"]

    @pytest.mark.parametrize("name", ["setup.py", "readme.md", "payload.zip", "run.sh"])
    def test_leaves_out_names_of_files(self, name: str) -> None:
        assert values(domains=[name]) == []

    @pytest.mark.parametrize("text", ["10:14:33", "::", "0.0.0.0", "127.0.0.1", "999.1.1.1"])
    def test_leaves_out_times_and_addresses_that_are_nobodys(self, text: str) -> None:
        assert values(ipv4s=[text], ipv6s=[text]) == []

    def test_leaves_out_hashes_of_one_letter(self) -> None:
        assert values(md5s=["0" * 32]) == []


class TestTextOf:
    def test_takes_the_texts_of_json_as_they_are_meant(self) -> None:
        raw = json.dumps({"a": {"b": ["http:\\/\\/x", 7, "line\nline"]}}).encode()
        assert text_of("T", "", [raw]) == "T\nhttp:\\/\\/x\nline\nline"

    def test_takes_anything_else_as_it_is(self) -> None:
        assert text_of("T", "D", [b"CEF:0|\xff|x"]) == "T\nD\nCEF:0|\ufffd|x"

    def test_says_nothing_twice(self) -> None:
        assert text_of("T", "T", [b'{"title": "T"}']) == "T"

    @pytest.mark.parametrize("raw", [b"[" * 70_000, b"x" * 1_000_000, json.dumps(["y"] * 50_000).encode()])
    def test_has_an_end_whatever_comes(self, raw: bytes) -> None:
        assert len(text_of("T", "D", [raw])) <= LONGEST_TEXT
