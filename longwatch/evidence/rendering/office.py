# SPDX-License-Identifier: Apache-2.0
"""Office documents as their text; macros, embedded files and outside links are named, never followed."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from longwatch.evidence.rendering.archive import BROKEN, MOST_ENTRIES
from longwatch.evidence.rendering.copy import LONGEST_TEXT, Copy, Unreadable

PART_BYTES = 32 * 1024 * 1024
# How text is told apart: what begins a line, a cell, a word.
LINE_ENDS = {"p", "h", "br", "tr", "row", "line-break"}
CELL_ENDS = {"tc", "c", "table-cell"}
TEXTS = {"t", "p", "h", "span", "a", "v"}
SLIDES = re.compile(r"ppt/slides/slide(\d+)\.xml")
SHEETS = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
MOST_SHEETS = 50
WARNINGS = (
    ("macros", re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/|macrosheets/", re.IGNORECASE)),
    ("embedded", re.compile(r"embeddings/|oleObject|activeX/|^Object \d", re.IGNORECASE)),
    ("outside_links", re.compile(r"externalLinks/", re.IGNORECASE)),
)
PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "meta.xml")
PROPERTY_NAMES = {
    "creator", "lastModifiedBy", "created", "modified", "title", "subject", "Application", "Company", "initial-creator",
    "creation-date", "date", "generator", "revision", "description", "keywords", "lastPrinted", "Template",
}  # fmt: skip


def office_copy(file: BinaryIO) -> Copy:
    """The text of a document, workbook or presentation, its properties, and what else is inside."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _copy(archive)
    except DefusedXmlException:
        # A document has no need of a DTD: it is an attack, or no document.
        raise Unreadable("xml_attack") from None
    except RuntimeError as error:
        raise Unreadable("encrypted" if "password" in str(error) else "broken") from None
    except (ParseError, KeyError, *BROKEN):
        raise Unreadable("broken") from None


def _copy(archive: zipfile.ZipFile) -> Copy:
    copy, names = Copy("office"), archive.namelist()
    if len(names) > MOST_ENTRIES:
        raise Unreadable("too_many_entries")
    _look_around(archive, names, copy)
    shared = _shared(archive, names)
    for title, name in _parts(names):
        if title:
            copy.say(f"\n[{title}]\n")
        for piece in _text(archive, name, shared):
            copy.say(piece)
            if len(copy.text) >= LONGEST_TEXT:
                return copy
    return copy


def _look_around(archive: zipfile.ZipFile, names: list[str], copy: Copy) -> None:
    for word, pattern in WARNINGS:
        if any(pattern.search(name) for name in names):
            copy.note(word)
    for name in PROPERTIES:
        if name in names:
            _properties(archive, name, copy)
    _links(archive, [name for name in names if name.endswith(".rels")][:200], copy)


def _parts(names: list[str]) -> Iterator[tuple[str, str]]:
    yield from (("", name) for name in ("word/document.xml", "content.xml") if name in names)
    yield from (("", name) for name in names if re.fullmatch(r"word/(footnotes|comments|header\d|footer\d)\.xml", name))
    for word, pattern in (("Slide", SLIDES), ("Sheet", SHEETS)):
        found = sorted((int(m[1][:9]), m[0]) for m in map(pattern.fullmatch, names) if m)
        yield from ((f"{word} {number}", name) for number, name in found[:MOST_SHEETS])


def _text(archive: zipfile.ZipFile, name: str, shared: list[str]) -> Iterator[str]:
    is_shared = False
    for event, element in _elements(archive, name):
        tag = _local(element.tag)
        if event == "start":
            is_shared = element.get("t") == "s" if tag == "c" else is_shared
            continue
        if tag in TEXTS and element.text:
            yield _cell(element.text, shared) if tag == "v" and is_shared else element.text
        yield "\n" if tag in LINE_ENDS else "\t" if tag in CELL_ENDS else ""
        if element.tail and element.tail.strip():
            yield element.tail
        element.clear()


def _cell(text: str, shared: list[str]) -> str:
    return shared[int(text)] if text.isdecimal() and len(text) < 9 and int(text) < len(shared) else text


def _shared(archive: zipfile.ZipFile, names: list[str]) -> list[str]:
    """The words that cells of a workbook refer to by number."""
    found: list[str] = []
    if "xl/sharedStrings.xml" not in names:
        return found
    words, total = "", 0
    for event, element in _elements(archive, "xl/sharedStrings.xml"):
        if event == "end" and _local(element.tag) == "t":
            words += (element.text or "")[:LONGEST_TEXT]
        elif event == "end" and _local(element.tag) == "si":
            found.append(words)
            total, words = total + len(words), ""
            element.clear()
        if total > 20 * LONGEST_TEXT:
            break
    return found


def _properties(archive: zipfile.ZipFile, name: str, copy: Copy) -> None:
    for event, element in _elements(archive, name):
        if event == "end" and _local(element.tag) in PROPERTY_NAMES and element.text:
            copy.fact(f"document {_local(element.tag)}", element.text)


def _links(archive: zipfile.ZipFile, names: list[str], copy: Copy) -> None:
    for name in names:
        for event, element in _elements(archive, name):
            if event == "end" and element.get("TargetMode") == "External":
                copy.note("outside_links")
                copy.fact("outside link", element.get("Target", ""))


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, Element]]:
    if archive.getinfo(name).file_size > PART_BYTES:
        raise Unreadable("bomb")
    with archive.open(name) as part:
        # Believed is what arrives, not what the directory says.
        yield from iterparse(_Capped(part), events=("start", "end"), forbid_dtd=True)


class _Capped:
    def __init__(self, part: IO[bytes]) -> None:
        self._part, self._left = part, PART_BYTES

    def read(self, size: int = -1) -> bytes:
        piece = self._part.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise Unreadable("bomb")
        return piece


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
