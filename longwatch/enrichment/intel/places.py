# SPDX-License-Identifier: Apache-2.0
"""Where places are: a gazetteer in the format of GeoNames, an organisation's own sites, and countries of addresses.

None of it comes with Longwatch; the operator loads what they have.
"""

import csv
import io
import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from longwatch.enrichment.intel.shape import Entry, Loaded, Unreadable, day_of, text_of
from longwatch.entities.kinds import EntityKind

PLACE = "place"
COLUMNS = 19
# The most populous of one name that are kept; all are counted.
MOST_OF_A_NAME = 20
# Further names are taken of towns of this size; hamlets have them, too, and they mislead.
ALSO_NAMED_FROM = 5_000
LONGEST_NAME = 200
AIRPORTS = frozenset({"AIRP", "AIRF", "AIRB"})
LATITUDE, LONGITUDE = frozenset({"lat", "latitude"}), frozenset({"lon", "lng", "long", "longitude"})
CODES = frozenset({"code", "site", "site code", "site_code"})
COUNTRIES = frozenset({"cc", "country", "country_code", "country code"})
_COUNTRY = re.compile(r"[A-Z]{2}")
_SIGNS = re.compile(r"[\W_]+")

Place = tuple[str, str, str, float, float, int]


def place_key(text: str) -> str:
    """The comparable form of a name: without accents, case and punctuation."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return _SIGNS.sub(" ", plain.casefold()).strip()[:LONGEST_NAME]


class Names:
    """Places by their names."""

    def __init__(self) -> None:
        self.places: dict[str, list[Place]] = {}
        self.newest: date | None = None

    def add(self, place: Place, names: Sequence[str]) -> None:
        """Take a place in under each of its names."""
        for key in {place_key(name) for name in names} - {""}:
            self.places.setdefault(key, []).append(place)

    def fill(self, loaded: Loaded) -> Loaded:
        """Give each name with its places, the most populous first."""
        for key, found in self.places.items():
            first = sorted(found, key=lambda each: (-each[5], each[0], each[3]))[:MOST_OF_A_NAME]
            loaded.add(Entry("exact", key, about={"count": len(found), "places": [list(each) for each in first]}))
        loaded.dated = self.newest
        return loaded


def is_geonames(text: str) -> bool:
    """Whether these are lines of GeoNames: nineteen columns, the first a number, two of them coordinates."""
    cells = text.partition("\n")[0].rstrip("\r").split("\t")
    return len(cells) == COLUMNS and cells[0].isdecimal() and _coordinates(cells[4], cells[5]) is not None


def read_geonames(text: str, name: str) -> Loaded:
    """Populated places and airports; everything else in the file, such as rivers, is left out and not counted."""
    loaded, names = Loaded("gazetteer", f"GeoNames {name}"[:200], [PLACE]), Names()
    for line in _lines(text):
        cells = line.split("\t")
        at = _coordinates(cells[4], cells[5]) if len(cells) == COLUMNS else None
        if at is None:
            loaded.skipped += 1
        elif cells[6] == "P" or cells[7] in AIRPORTS:
            _add(names, cells, at)
    return names.fill(loaded)


def _lines(text: str) -> Iterator[str]:
    # Not splitlines(): names may hold signs that it takes for the end of a line.
    return (line for line in (each.rstrip("\r") for each in io.StringIO(text, newline="\n")) if line.strip())


def _add(names: Names, cells: Sequence[str], at: tuple[float, float]) -> None:
    people = int(cells[14]) if cells[14].isdecimal() else 0
    also = cells[3].split(",") if people >= ALSO_NAMED_FROM else []
    day = day_of(cells[18].strip())
    if day is not None and (names.newest is None or day > names.newest):
        names.newest = day
    region, country = text_of(cells[10], 60), text_of(cells[8], 2).upper()
    names.add((text_of(cells[1], LONGEST_NAME), region, country, *at, people), [cells[1], cells[2], *also])


def read_table(text: str, name: str) -> Loaded | None:
    """A table with coordinates: an organisation's sites, or places with their countries; None for any other table."""
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    header = [each.strip().casefold() for each in rows[0]] if rows else []
    where = {part: _column(header, known) for part, known in _KNOWN.items()}
    if where["name"] is None or where["lat"] is None or where["lon"] is None:
        return None
    are_sites = where["code"] is not None or where["country"] is None
    title = f"Sites ({name})" if are_sites else f"Places ({name})"
    loaded, names = Loaded("sites" if are_sites else "gazetteer", title[:200], [PLACE]), Names()
    for row in rows[1:]:
        cells = {part: row[at].strip() if at is not None and at < len(row) else "" for part, at in where.items()}
        coordinates = _coordinates(cells["lat"], cells["lon"])
        if coordinates is None or not cells["name"]:
            loaded.skipped += bool(any(cell.strip() for cell in row))
            continue
        called, region = text_of(cells["name"], LONGEST_NAME), text_of(cells["region"] or cells["code"], 60)
        people = int(cells["people"]) if cells["people"].isdecimal() else 0
        place = (called, region, cells["country"][:2].upper(), *coordinates, people)
        names.add(place, [cells["name"], cells["code"]])
    return names.fill(loaded)


_KNOWN = {
    "name": frozenset({"name", "site name", "site_name"}), "code": CODES, "lat": LATITUDE, "lon": LONGITUDE,
    "country": COUNTRIES, "region": frozenset({"admin1", "region", "state"}),
    "people": frozenset({"population"}),
}  # fmt: skip


def _column(header: Sequence[str], known: frozenset[str]) -> int | None:
    return next((number for number, each in enumerate(header) if each in known), None)


def _coordinates(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        lat, lon = float(latitude), float(longitude)
    except ValueError:
        return None
    return (round(lat, 5), round(lon, 5)) if abs(lat) <= 90 and abs(lon) <= 180 else None


def is_countries(text: str) -> bool:
    """Whether these are ranges of addresses with the country that each is assigned in."""
    try:
        return any(_range(row) is not None for row in csv.reader(io.StringIO(text[:2_000])))
    except csv.Error:
        return False


def read_countries(text: str, name: str) -> Loaded:
    """Networks (`192.0.2.0/24,AT`) or first and last address (`192.0.2.0,192.0.2.255,AT`), also as numbers."""
    loaded = Loaded("countries", f"Countries of addresses ({name})"[:200], [str(EntityKind.IP)])
    about: dict[str, dict[str, Any]] = {}
    for found in _ranges(text, name):
        networks, country = found or ([], "")
        loaded.skipped += not networks
        known = about.setdefault(country, {"country": country})
        for network in networks:
            loaded.add(Entry("network", str(network), network=str(network), about=known))
    return loaded


def _ranges(text: str, name: str) -> "Iterator[tuple[_Networks, str] | None]":
    try:
        yield from (_range(row) for row in csv.reader(_lines(text)))
    except csv.Error as error:
        raise Unreadable(f"{name} is not a whole table.") from error


_Networks = list["ipaddress.IPv4Network | ipaddress.IPv6Network"]


def _range(row: Sequence[str]) -> "tuple[_Networks, str] | None":
    cells = [each.strip() for each in row[:4]]
    country = next((each for each in cells[1:3] if _COUNTRY.fullmatch(each)), "")
    if not country:
        return None
    try:
        if cells[1] == country:
            return [ipaddress.ip_network(cells[0], strict=False)], country
        return list(ipaddress.summarize_address_range(_address(cells[0]), _address(cells[1]))), country
    except (ValueError, TypeError):
        return None


def _address(text: str) -> Any:
    return ipaddress.ip_address(int(text) if text.isdecimal() else text)
