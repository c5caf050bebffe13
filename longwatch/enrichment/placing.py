# SPDX-License-Identifier: Apache-2.0
"""Where a signal may be, whose sender named a place and gave no coordinates. A proposal; the signal stays as it is.

An organisation's own sites come first, then the gazetteer. What is ambiguous is said to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from babel import Locale

from longwatch.enrichment.asking import Question, Thing
from longwatch.enrichment.intel.places import PLACE, place_key
from longwatch.enrichment.lookups import Connection, Hit

SITES, GAZETTEER = "sites", "gazetteer"
MOST_PARTS = 6
MOST_TOLD = 3
ALSO_CALLED = {"usa": "US", "uk": "GB", "u s a": "US", "u k": "GB"}
_PLACES = """
select a.n, d.kind, v.key, d.name, d.edition, coalesce(d.dated, d.loaded_at::date), v.about
  from unnest(%(n)s::int[], %(org)s::uuid[], %(key)s::text[]) as a (n, org, key)
  join enrichment_value v on v.org_id = a.org and v.key = a.key and v.style = 'exact'
  join enrichment_dataset d on d.id = v.dataset_id and d.removed_at is null and d.kind in ('sites', 'gazetteer')
 order by a.n, d.loaded_at desc
"""


@dataclass(frozen=True, slots=True)
class Named:
    """Places of one name in one list."""

    kind: str
    key: str
    source: str
    edition: str
    dated: date | None
    about: Mapping[str, Any]


def placed(connection: Connection, questions: Sequence[Question]) -> list[Hit]:
    """Where the places may be that signals name, one proposal each."""
    asked = [(number, key) for number, each in enumerate(questions) for key in dict.fromkeys(_keys(each.place))]
    if not asked:
        return []
    values = {
        "n": [number for number, _key in asked], "org": [questions[number].org_id for number, _key in asked],
        "key": [key for _number, key in asked],
    }  # fmt: skip
    found: dict[int, list[Named]] = {}
    for n, *row in connection.execute(_PLACES, values).fetchall():
        found.setdefault(n, []).append(Named(*row))
    return [hit for number, named in found.items() for hit in _hit(number, questions[number].place, named)]


def _keys(text: str) -> Iterator[str]:
    """The name as it was given, and each part of it between commas."""
    for each in (text, *_parts(text)):
        key = place_key(each)
        if key:
            yield key


def _parts(text: str) -> list[str]:
    parts = [each.strip() for each in text.split(",")]
    return parts[:MOST_PARTS] if len(parts) > 1 else []


def _hit(number: int, text: str, named: Sequence[Named]) -> Iterator[Hit]:
    chosen = choose(text, named)
    if chosen is not None:
        one, facts = chosen
        yield Hit(number, Thing(PLACE, text), PLACE, one.source, facts, one.edition, one.dated)


def choose(text: str, named: Sequence[Named]) -> tuple[Named, dict[str, Any]] | None:
    """The place that is meant most probably, and what speaks against it: others of its name, words that nobody knew."""
    for kind in (SITES, GAZETTEER):
        for key, others in _readings(text):
            one = next((each for each in named if each.kind == kind and each.key == key), None)
            facts = _facts(one, others) if one is not None else None
            if one is not None and facts is not None:
                return one, facts
    return None


def _readings(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each key with the parts that remain: the whole first, then the parts from the left."""
    yield place_key(text), []
    parts = _parts(text)
    for number, part in enumerate(parts):
        yield place_key(part), [each for at, each in enumerate(parts) if at != number and place_key(each)]


def _facts(one: Named, others: Sequence[str]) -> dict[str, Any] | None:
    places, count = list(one.about.get("places") or ()), int(one.about.get("count") or 0)
    ignored = []
    for part in others:
        fitting = [each for each in places if _lies_in(each, part)]
        if fitting:
            places, count = fitting, len(fitting)
        elif one.kind == GAZETTEER and place_key(part) in countries():
            # Of that name there is none in that country.
            return None
        else:
            ignored.append(part[:60])
    if not places:
        return None
    name, region, country, latitude, longitude, people = places[0]
    return {
        "name": name, "region": region, "country": country, "latitude": latitude, "longitude": longitude,
        "places": count, "populous": people > 0, "ignored": ignored[:MOST_TOLD], "site": one.kind == SITES,
    }  # fmt: skip


def _lies_in(place: Sequence[Any], part: str) -> bool:
    """Whether a place is in the region or country that the words name."""
    key = place_key(part)
    return bool(key) and (key == place_key(str(place[1])) or countries().get(key, "") == place[2] != "")


@cache
def countries() -> dict[str, str]:
    """Codes of countries by their English names and by themselves."""
    named = {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    by_name = {place_key(name): code for code, name in named.items()}
    return {code.casefold(): code for code in named} | by_name | ALSO_CALLED
