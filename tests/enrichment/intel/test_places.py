# SPDX-License-Identifier: Apache-2.0
"""Gazetteers, sites and countries of addresses, with rows that were made up."""

import pytest

from longwatch.enrichment.intel.places import place_key
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.intel.shape import Loaded, Unreadable
from tests.enrichment.intel_files import COUNTRIES, PLACES, SITES, geonames


def read(text: str, name: str = "f.txt") -> Loaded:
    [loaded] = read_bytes(text.encode(), name).loaded
    return loaded


def about(loaded: Loaded, key: str) -> dict[str, object]:
    return next(each.about for each in loaded.entries if each.key == key) or {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("São Paulo", "sao paulo"),
        ("ZÜRICH  (HB)", "zurich hb"),
        ("St.-Denis", "st denis"),
        ("北京", "北京"),
        (" , ", ""),
    ],
)
def test_a_name_is_compared_without_accents_case_and_signs(text: str, key: str) -> None:
    assert place_key(text) == key


class TestGeoNames:
    def test_gives_each_name_with_its_places_the_most_populous_first(self) -> None:
        loaded = read(PLACES)
        assert (loaded.kind, loaded.kinds, loaded.name) == ("gazetteer", ["place"], "GeoNames f.txt")
        found = about(loaded, "springfield")
        assert found["count"] == 3
        assert [each[1] for each in found["places"]] == ["MO", "IL", "VT"]  # type: ignore[attr-defined]

    def test_knows_towns_by_their_other_names_and_hamlets_by_one(self) -> None:
        loaded = read(PLACES)
        assert about(loaded, "monaco di baviera") == about(loaded, "munchen")
        assert not any(each.key == "hamlet also" for each in loaded.entries)

    def test_leaves_out_rivers_and_counts_broken_lines(self) -> None:
        loaded = read(PLACES + geonames(8, "Isar", 48.1, 11.5, feature="H") + "broken\tline\n")
        assert not any(each.key == "isar" for each in loaded.entries)
        assert loaded.skipped == 1

    def test_is_dated_by_its_newest_line(self) -> None:
        assert str(read(PLACES).dated) == "2026-02-01"

    def test_is_not_broken_by_signs_that_only_look_like_the_end_of_a_line(self) -> None:
        loaded = read(geonames(1, "Two\x0bparts", 1.0, 2.0) + geonames(2, "Next\u2028line", 1.0, 2.0))
        assert loaded.skipped == 0
        assert {each.key for each in loaded.entries} == {"two parts", "next line"}

    def test_keeps_twenty_of_a_name_and_counts_all(self) -> None:
        found = about(read("".join(geonames(n, "Same", 1.0, n / 10, people=n) for n in range(1, 31))), "same")
        assert found["count"] == 30
        assert len(found["places"]) == 20  # type: ignore[arg-type]


class TestTables:
    def test_sites_are_found_by_name_and_by_code(self) -> None:
        loaded = read(SITES, "sites.csv")
        assert (loaded.kind, loaded.name, loaded.skipped) == ("sites", "Sites (sites.csv)", 1)
        assert about(loaded, "lyo 1") == about(loaded, "plant lyon")

    def test_a_table_with_countries_and_no_codes_is_a_gazetteer(self) -> None:
        loaded = read("lat;lon;name;admin1;cc\n48.1;11.5;Minga;Bayern;DE\n", "towns.csv")
        assert loaded.kind == "gazetteer"
        assert about(loaded, "minga")["places"] == [["Minga", "Bayern", "DE", 48.1, 11.5, 0]]

    @pytest.mark.parametrize("line", ["Nowhere,N,91,0", "Nowhere,N,x,y", "Nowhere,N,,", ",N,1,1", "Nowhere,N,nan,0"])
    def test_lines_without_a_name_or_coordinates_are_counted(self, line: str) -> None:
        assert read(f"name,code,lat,lon\n{line}\nThere,T,1,1\n").skipped == 1

    def test_another_table_is_a_plain_list(self) -> None:
        assert read("192.0.2.7,x\n192.0.2.8\n").kind == "indicators"


class TestCountries:
    def test_of_networks_and_of_ranges(self) -> None:
        loaded = read(COUNTRIES)
        assert (loaded.kind, loaded.kinds, loaded.skipped) == ("countries", ["ip"], 1)
        assert {each.network: each.about for each in loaded.entries} == {
            "192.0.2.0/25": {"country": "AT"}, "198.51.100.0/24": {"country": "NL"}, "2001:db8::/32": {"country": "SE"},
            "203.0.113.0/31": {"country": "FR"}, "203.0.113.2/32": {"country": "FR"},
            "100.64.0.0/10": {"country": "PT"},
        }  # fmt: skip

    def test_a_cell_without_an_end_is_refused(self) -> None:
        with pytest.raises(Unreadable, match="not a whole table"):
            read("192.0.2.0/25,AT\n" * 200 + '"' + "x" * 200_000)
