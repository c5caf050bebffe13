# SPDX-License-Identifier: Apache-2.0
"""Where a signal may be, by the name of its place."""

from collections.abc import Sequence
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.enrichment import selectors
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.lookups import Connection
from longwatch.enrichment.models import Result
from longwatch.enrichment.placing import Named, choose, countries
from longwatch.enrichment.services.intel import load
from longwatch.enrichment.stage import enrich
from longwatch.enrichment.telling import words_of
from longwatch.intake.models import Signal
from tests.enrichment.intel_files import COUNTRIES, PLACES, SITES
from tests.enrichment.test_stage import Row
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def named(*texts: str) -> list[Named]:
    """All that these files hold."""
    lists = [each for text in texts for each in read_bytes(text.encode(), "f").loaded]
    return [
        Named(each.kind, entry.key, each.name, "", each.dated, entry.about or {})
        for each in lists
        for entry in each.entries
    ]


def facts(text: str, *files: str) -> dict[str, Any]:
    chosen = choose(text, named(*files))
    return chosen[1] if chosen else {}


class TestChoose:
    def test_takes_an_own_site_before_a_town_of_that_name(self) -> None:
        found = facts("plant lyon", "code,name,lat,lon\nL,Plant Lyon,1,2\n", "name,cc,lat,lon\nPlant Lyon,FR,3,4\n")
        assert (found["site"], found["latitude"]) == (True, 1.0)

    def test_finds_a_site_by_its_code_among_other_words(self) -> None:
        found = facts("Gate 2, LYO-1", SITES)
        assert (found["name"], found["ignored"]) == ("Plant Lyon", ["Gate 2"])

    def test_says_how_many_have_the_name(self) -> None:
        found = facts("Springfield", PLACES)
        assert (found["region"], found["places"], found["populous"]) == ("MO", 3, True)

    @pytest.mark.parametrize("text", ["Springfield, IL", "Springfield, il, USA", "Springfield, United States, IL"])
    def test_a_region_or_country_narrows_it(self, text: str) -> None:
        found = facts(text, PLACES)
        assert (found["region"], found["places"], found["ignored"]) == ("IL", 1, [])

    def test_what_it_does_not_know_it_says(self) -> None:
        assert facts("Springfield, Kingdom of Nod", PLACES)["ignored"] == ["Kingdom of Nod"]

    def test_proposes_nothing_in_another_country(self) -> None:
        assert facts("Springfield, Germany", PLACES) == {}

    @pytest.mark.parametrize("text", ["", ",", "Server room B", "near Springfield", "a," * 500])
    def test_proposes_nothing_for_what_is_no_name(self, text: str) -> None:
        assert facts(text, PLACES, SITES) == {}

    def test_knows_countries_by_name_and_code(self) -> None:
        assert {countries()[each] for each in ("austria", "at")} == {"AT"}


class TestEnrich:
    """What the stage makes of it."""

    @pytest.fixture
    def lists(self, committed: Cast) -> Cast:
        with acting_as(committed.supervisor):
            for name, text in (("cities.txt", PLACES), ("sites.csv", SITES), ("countries.csv", COUNTRIES)):
                load(read_bytes(text.encode(), name), by=committed.supervisor)
        return committed

    def found(self, cast: Cast, engine: Connection, **fields: Any) -> Sequence[Result]:
        sent = send(make_source(cast), cast, **fields)
        with engine.transaction():
            enrich(engine, [Row(sent.signal_id)])
        with acting_as(cast.analyst):
            signal = Signal.objects.get(id=sent.signal_id)
            assert signal.place == fields.get("place", "")
            assert signal.latitude == fields.get("latitude")
            return selectors.enrichment(sent.signal_id).results

    def test_a_place_is_proposed_dated_and_said_by_whom(self, lists: Cast, engine: Connection) -> None:
        [only] = self.found(lists, engine, place="Springfield")
        assert (only.kind, only.value, only.source) == ("place", "Springfield", "GeoNames cities.txt")
        assert str(only.dated) == "2026-02-01"
        assert words_of(only) == (
            "perhaps Springfield, MO, United States, near 37.2, -93.3. "
            "3 places have this name, the most populous is shown"
        )

    def test_a_site_comes_before_it(self, lists: Cast, engine: Connection) -> None:
        [only] = self.found(lists, engine, place="Plant Lyon")
        assert words_of(only) == "your site Plant Lyon (LYO-1), at 45.76, 4.84"

    def test_nothing_is_proposed_where_the_sender_gave_coordinates(self, lists: Cast, engine: Connection) -> None:
        assert self.found(lists, engine, place="Springfield", latitude=1.0, longitude=2.0) == []

    def test_an_address_has_its_country(self, lists: Cast, engine: Connection) -> None:
        [only] = self.found(lists, engine, entities=[{"kind": "ip", "value": "192.0.2.9"}])
        assert (only.kind, only.source) == ("country", "Countries of addresses (countries.csv)")
        assert words_of(only) == "assigned in Austria; whoever uses it may be elsewhere"
