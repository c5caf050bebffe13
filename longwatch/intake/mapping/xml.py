# SPDX-License-Identifier: Apache-2.0
"""XML that tools send: CAP alerts, alone or in Atom and EDXL, and feeds of Atom and RSS. Nothing is ever fetched.

Documents with a DOCTYPE or with entities of their own are refused before anything in them is read.
"""

from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from longwatch.intake.mapping.scales import number_of
from longwatch.intake.submission import DEEPEST, Unreadable

# What one signal comes from, in this order: a document with alerts has no other records.
RECORDS = ("alert", "entry", "item")
MOST_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Element:
    """One record: its local name, what is in it, and its own bytes."""

    name: str
    record: dict[str, Any]
    raw: bytes


def parse(raw: bytes) -> list[Element]:
    """The records of a document; refuses what is no XML, or dangerous to read."""
    try:
        root = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("The XML has a DOCTYPE or entities of its own, which are not read.") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable(f"The XML cannot be read: {error}.") from error
    by_name = {name: [each for each in root.iter() if _local(each.tag) == name] for name in RECORDS}
    name = next((name for name in RECORDS if by_name[name]), "")
    if not name:
        raise Unreadable("The XML holds no alert, entry or item.")
    found = by_name[name]
    slices = [raw] if len(found) == 1 else _slices(raw, name)
    if len(slices) != len(found):
        slices = [raw] * len(found)
    return [Element(name, _with_place(_record(each)), own) for each, own in zip(found, slices, strict=True)]


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _record(element: Any, depth: int = 0) -> dict[str, Any]:
    """An element as an object: children by their local names, attributes with @, its own text as #text."""
    record: dict[str, Any] = {f"@{_local(name)}": value for name, value in element.attrib.items()}
    text = (element.text or "").strip()
    if text:
        record["#text"] = text
    if depth >= DEEPEST:
        return record
    for child in element:
        name = _local(child.tag)
        if not name:
            continue
        inner: Any = _record(child, depth + 1) if len(child) or child.attrib else (child.text or "").strip()
        if name not in record:
            record[name] = inner
        elif isinstance(record[name], list):
            record[name].append(inner)
        else:
            record[name] = [record[name], inner]
    return record


def _slices(raw: bytes, wanted: str) -> list[bytes]:
    """The bytes of each element of a name, in the order in which they begin."""
    spans: list[list[int]] = []
    open_ones: list[int] = []
    parser = ParserCreate()

    def starts(name: str, _: Any) -> None:
        if name.rpartition(":")[2] == wanted:
            open_ones.append(len(spans))
            spans.append([parser.CurrentByteIndex, 0])

    def ends(name: str) -> None:
        if name.rpartition(":")[2] == wanted:
            at = parser.CurrentByteIndex
            # Of an empty element the place is already after it.
            spans[open_ones.pop()][1] = raw.find(b">", at) + 1 if raw.startswith(b"</" + name.encode(), at) else at

    parser.StartElementHandler, parser.EndElementHandler = starts, ends
    try:
        parser.Parse(raw, True)
    except ExpatError:
        return []
    return [raw[start:end] for start, end in spans]


def _with_place(record: dict[str, Any]) -> dict[str, Any]:
    """With `latitude` and `longitude` of what area it names: a circle's centre, a polygon's, or a feed's point."""
    infos = record.get("info")
    info = infos[0] if isinstance(infos, list) else infos
    areas = info.get("area") if isinstance(info, dict) else None
    area = areas[0] if isinstance(areas, list) else areas
    texts = [area.get(name) for name in ("circle", "polygon")] if isinstance(area, dict) else []
    for text in (*texts, record.get("point")):
        points = points_in(text[0] if isinstance(text, list) and text else text)
        if points:
            latitudes, longitudes = zip(*points, strict=True)
            middle = {"latitude": sum(latitudes) / len(points), "longitude": sum(longitudes) / len(points)}
            return record | {name: round(value, 4) for name, value in middle.items()}
    return record


def points_in(text: Any) -> list[tuple[float, float]]:
    """The points of a polygon, circle or place (`latitude,longitude` or `latitude longitude`); a ring's end counts
    once.
    """
    if not isinstance(text, str):
        return []
    pairs = [pair.split(",") for pair in text.split()[:MOST_POINTS]]
    if len(pairs) == 2 and all(len(pair) == 1 for pair in pairs):
        pairs = [[pairs[0][0], pairs[1][0]]]
    points = []
    for pair in pairs:
        numbers = [number_of(each) for each in pair]
        if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
            points.append((numbers[0], numbers[1]))
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points
