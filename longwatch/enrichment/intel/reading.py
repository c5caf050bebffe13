# SPDX-License-Identifier: Apache-2.0
"""From a file to what it holds: unpacked, recognised, read."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longwatch.enrichment.intel.attack import is_attack, is_galaxy, read_attack, read_galaxy
from longwatch.enrichment.intel.kev import is_kev, read_kev
from longwatch.enrichment.intel.misp import events_in, read_event
from longwatch.enrichment.intel.places import is_countries, is_geonames, read_countries, read_geonames, read_table
from longwatch.enrichment.intel.plain import read_plain
from longwatch.enrichment.intel.shape import Loaded, Unreadable
from longwatch.enrichment.intel.stix import is_stix, read_stix
from longwatch.enrichment.intel.warninglist import is_warninglist, read_warninglist

MOST_BYTES = 256 * 1024 * 1024
MOST_VALUES = 2_000_000
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Read:
    """What one file held, and the file's own name and hash."""

    file: str
    sha256: str
    loaded: list[Loaded]


def read_file(path: Path) -> Read:
    """Read a file of intelligence; refuses (422) with a sentence what is none, what is too large, what is broken."""
    try:
        packed = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    if packed is None:
        raise Unreadable(f"{path.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    return read_bytes(packed, path.name)


def read_bytes(packed: bytes, name: str, most: int | None = None) -> Read:
    """The same from bytes, as they lie in a file or came from a feed; refuses more than `most` of them unpacked."""
    content = _unpacked(packed, name, most or MOST_BYTES) if packed.startswith(_GZIP) else packed
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name} is not text in UTF-8.") from error
    loaded = [each for each in _loaded(text, name) if each.entries]
    if not loaded:
        raise Unreadable(f"{name} holds nothing that can be looked up.")
    if sum(len(each.entries) for each in loaded) > MOST_VALUES:
        raise Unreadable(f"{name} holds more than {MOST_VALUES} values.")
    return Read(name[:200], hashlib.sha256(packed).hexdigest(), loaded)


def _unpacked(packed: bytes, name: str, most: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        content = unpacking.decompress(packed, most)
    except zlib.error as error:
        raise Unreadable(f"{name} is not a whole gzip file.") from error
    if unpacking.unconsumed_tail:
        raise Unreadable(f"{name} is larger than {most // 1024 // 1024} MB unpacked.")
    if not unpacking.eof:
        raise Unreadable(f"{name} is not a whole gzip file.")
    return content


def _loaded(text: str, name: str) -> Iterator[Loaded]:
    if text.lstrip()[:1] not in ("{", "["):
        yield _table(text, name.removesuffix(".gz")[:150])
        return
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not whole JSON.") from error
    for each in value if isinstance(value, list) else [value]:
        yield from _known(each, name)


def _table(text: str, name: str) -> Loaded:
    if is_geonames(text):
        return read_geonames(text, name)
    if is_countries(text):
        return read_countries(text, name)
    return read_table(text, name) or read_plain(text, name)


def _known(value: Any, name: str) -> Iterator[Loaded]:
    if not isinstance(value, dict):
        return
    if is_kev(value):
        yield read_kev(value)
    elif is_warninglist(value):
        yield read_warninglist(value)
    elif is_attack(value):
        yield read_attack(value)
    elif is_galaxy(value):
        yield read_galaxy(value)
    elif is_stix(value):
        yield read_stix(value, name.removesuffix(".gz").removesuffix(".json")[:200])
    else:
        yield from (read_event(event) for event in events_in(value))
