# SPDX-License-Identifier: Apache-2.0
"""The mapping files that come with the system, and which of them a record belongs to."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path as File
from typing import Any, NamedTuple

import msgspec

from longwatch.intake.mapping.applying import Mapping as Ready
from longwatch.intake.mapping.choosing import BadMapping, Compile, Pattern, trusted
from longwatch.intake.mapping.model import MappingFile
from longwatch.intake.mapping.paths import BadPath, Path, Record, path_of
from longwatch.intake.mapping.values import text_of

FORMATS = File(__file__).resolve().parent.parent / "formats"
# Collectors name the kind of log here.
LOG_TYPE = path_of("p_log_type")
LONGEST_MATCHED = 10_000


class Signature(NamedTuple):
    """What a record must have, ready."""

    every: tuple[Path, ...]
    some: tuple[Path, ...]
    no: tuple[Path, ...]
    match: tuple[tuple[Path, Pattern], ...]

    def fits(self, record: Record) -> bool:
        """Whether a record has it all."""
        if not all(record.has(path) for path in self.every) or any(record.has(path) for path in self.no):
            return False
        if self.some and not any(record.has(path) for path in self.some):
            return False
        return all(
            any(pattern.search(text_of(value)[:LONGEST_MATCHED]) for value in record.find(path))
            for path, pattern in self.match
        )

    def begins_with(self) -> set[str]:
        """Names of which a record must have one to be worth a look."""
        paths = self.every[:1] or (*self.some, *(path for path, _ in self.match))
        return {path[0].lower.partition(".")[0] for path in paths}


class Catalogue:
    """Formats by name, and the recogniser over them."""

    def __init__(self, files: Iterable[MappingFile]) -> None:
        ordered = sorted(files, key=lambda file: (file.rank, file.name))
        self.formats: Mapping[str, Ready] = {file.name: Ready(file) for file in ordered}
        self._signatures = [(signature_of(file), self.formats[file.name]) for file in ordered if _says_much(file)]
        self._by_name: dict[str, list[int]] = {}
        for number, (signature, _) in enumerate(self._signatures):
            for name in signature.begins_with():
                self._by_name.setdefault(name, []).append(number)
        self._of_log_type = {
            name.lower(): self.formats[file.name] for file in ordered for name in file.recognise.log_type
        }
        self._of_parser: dict[str, list[tuple[Signature, Ready]]] = {}
        for file in ordered:
            if file.recognise.parser:
                signed = (signature_of(file), self.formats[file.name])
                self._of_parser.setdefault(file.recognise.parser, []).append(signed)

    def recognise(self, root: Mapping[str, Any]) -> Ready | None:
        """The format of a JSON object, None when it is none that is known."""
        record = Record(root)
        for name in record.find(LOG_TYPE):
            if found := self._of_log_type.get(text_of(name).lower()):
                return found
        for number in self._worth_a_look(record, root):
            signature, ready = self._signatures[number]
            if signature.fits(record):
                return ready
        return None

    def _worth_a_look(self, record: Record, root: Mapping[str, Any]) -> list[int]:
        """Numbers of signatures that begin with a name the record has, in their order."""
        names, dotted = record.keys(root)
        firsts = {name.partition(".")[0] for name in names} if dotted else set(names)
        return sorted({number for name in firsts for number in self._by_name.get(name, ())})

    def parsed(self, parser: str, root: Mapping[str, Any]) -> Ready:
        """The format of what a parser made of text."""
        record = Record(root)
        return next(ready for signature, ready in self._of_parser[parser] if signature.fits(record))


def read_file(text: str) -> MappingFile:
    """A mapping file; refuses with what is wrong in it."""
    try:
        file = msgspec.convert(tomllib.loads(text), MappingFile)
        Ready(file)
        signature_of(file)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, BadPath, re.error, RecursionError) as error:
        raise BadMapping(str(error)) from error
    return file


@cache
def builtin() -> Catalogue:
    """The formats that come with the system."""
    return Catalogue(read_file(file.read_text(encoding="utf-8")) for file in sorted(FORMATS.glob("*.toml")))


def _says_much(file: MappingFile) -> bool:
    signature = file.recognise
    return not signature.parser and bool(signature.all or signature.any or signature.match)


def signature_of(file: MappingFile, compiled: Compile = trusted) -> Signature:
    """What a record must have to be of this format, ready."""
    signature = file.recognise
    paths = [tuple(map(path_of, texts)) for texts in (signature.all, signature.any, signature.none)]
    match = tuple((path_of(path), compiled(text, True)) for path, text in signature.match.items())
    return Signature(paths[0], paths[1], paths[2], match)
