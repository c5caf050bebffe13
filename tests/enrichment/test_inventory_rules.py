# SPDX-License-Identifier: Apache-2.0
"""How tables are read."""

import pytest

from longwatch.enrichment.inventory_rules import MOST_LINES, identifier, read_table, refusals


class TestIdentifier:
    @pytest.mark.parametrize(
        ("text", "key"),
        [("Host: WEB1", "host:web1"), ("ip:192.0.2.7", "ip:192.0.2.7"), ("web1", ""), ("shoe:9", ""), ("ip:", "")],
    )
    def test_is_a_kind_and_a_value(self, text: str, key: str) -> None:
        assert identifier(text) == key


class TestReadTable:
    def test_reads_commas_semicolons_and_quotes(self) -> None:
        for text in ('name,owner\n"A, B",Ops\n', '\ufeffname;owner\n"A, B";Ops\n'):
            wrong, [line] = read_table(text)
            assert (wrong, line.values) == ([], {"name": "A, B", "owner": "Ops"})

    def test_takes_several_identifiers_from_columns_of_their_kind(self) -> None:
        _wrong, [line] = read_table("name,host,ip,identifiers\nweb1,WEB1|web1.corp,192.0.2.7,email:a@b.example\n")
        assert line.values["identifiers"] == ["email:a@b.example", "host:web1", "host:web1.corp", "ip:192.0.2.7"]

    def test_names_each_line_that_is_wrong_by_its_number(self) -> None:
        _wrong, lines = read_table("name,criticality,identifiers\na,,\n,,\nb,huge,\nc,,web1\na,,\nd,,,x\n")
        assert [line.number for line in lines if line.wrong] == [4, 5, 6, 7]

    def test_counts_lines_as_an_editor_does(self) -> None:
        _wrong, lines = read_table('name,note\na,"two\nlines"\nb,\n')
        assert [line.number for line in lines] == [3, 4]

    @pytest.mark.parametrize("text", ["", "\n\n", "owner\nx\n", "name,shoe\n", "name,name\n"])
    def test_says_what_is_wrong_with_the_whole(self, text: str) -> None:
        wrong, _lines = read_table(text)
        assert wrong

    def test_has_an_end(self) -> None:
        assert read_table("name\n" + "x\n" * (MOST_LINES + 1))[1] == []
        assert read_table("name\n" + "x" * 3_000_000)[1] == []

    @pytest.mark.parametrize("text", ['name\n"', "name\n\0\n", "name\n" + '"' * 9_999, "name\r\r\n\x1a"])
    def test_takes_anything_without_a_crash(self, text: str) -> None:
        read_table(text)


class TestRefusals:
    def test_has_nothing_against_what_is_good(self) -> None:
        assert refusals({"name": "a", "identifiers": ["host:web1"], "criticality": "high"}) == {}
