# SPDX-License-Identifier: Apache-2.0
"""Containers taken apart, each element with its very own bytes."""

import json
import re
import zlib
from collections.abc import Iterator

import msgspec

from longwatch.intake.mapping.paths import path_of
from longwatch.intake.submission import Unreadable

LARGEST_UNPACKED = 16_000_000
MOST_ELEMENTS = 20_000
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_array = msgspec.json.Decoder(list[msgspec.Raw])
_scan = json.JSONDecoder(parse_int=float)
_SPACE = re.compile(r"[\s,\x1e]*")
# Where a message of its own begins, in a text of several.
_STARTS = re.compile(rb"<\d{1,3}>|CEF:\d\||LEEF:\d")


def unpacked(raw: bytes) -> bytes:
    """What is packed with gzip; refuses what is broken or unpacks to too much."""
    reader = zlib.decompressobj(wbits=31)
    try:
        content = reader.decompress(raw, LARGEST_UNPACKED + 1)
    except zlib.error as error:
        raise Unreadable("The gzip data is broken.") from error
    if len(content) > LARGEST_UNPACKED:
        raise Unreadable(f"It unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB.")
    if not reader.eof:
        raise Unreadable("The gzip data is cut off.")
    return content


def elements(raw: bytes, path: str) -> list[bytes]:
    """The bytes of each element of the list at a path, or of the one object there; none where there is none."""
    found = [raw]
    for step in path_of(path):
        found = [inner for each in found for inner in _members(each, step.lower)]
    return bounded([element for each in found for element in _opened(each)])


def array(raw: bytes) -> list[bytes]:
    """The bytes of each element of an array."""
    return bounded([bytes(each).strip() for each in _array.decode(raw)])


def several(raw: bytes) -> list[bytes]:
    """The bytes of each of several JSON values one after another; refuses what is not JSON up to its end."""
    text = raw.decode()
    found: list[bytes] = []
    at = _space(text, 0)
    while at < len(text):
        try:
            _, end = _scan.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"The text is not valid JSON after {len(found)} values.") from error
        found.append(text[at:end].encode())
        at = _space(text, end)
        if len(found) > MOST_ELEMENTS:
            break
    return bounded(found)


def messages(raw: bytes) -> list[bytes]:
    """The messages of a text: each begins on a line that looks like a beginning, others go on from the one before."""
    if b"\n" not in raw.strip():
        return [raw]
    found: list[list[bytes]] = []
    for line in raw.split(b"\n"):
        if not found or _STARTS.match(line.lstrip()):
            found.append([])
        found[-1].append(line)
    return bounded([message for lines in found if (message := b"\n".join(lines).rstrip(b"\r\n")).strip()])


def bounded(found: list[bytes]) -> list[bytes]:
    """The same, unless they are too many."""
    if len(found) > MOST_ELEMENTS:
        raise Unreadable(f"It holds more than {MOST_ELEMENTS} records. Send fewer at once.")
    return found


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _members(raw: bytes, name: str) -> Iterator[bytes]:
    for each in _opened(raw):
        if each[:1] == b"{":
            for key, value in _object.decode(each).items():
                if key.lower() == name:
                    yield bytes(value).strip()


def _opened(raw: bytes) -> list[bytes]:
    raw = raw.strip()
    if raw[:1] == b"[":
        return [bytes(each).strip() for each in _array.decode(raw)]
    return [raw] if raw[:1] == b"{" else []
