# SPDX-License-Identifier: Apache-2.0
"""The analyzers that lie in the operator's folder: one JSON file describes each, as in Cortex-Analyzers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from longwatch.core import environment as settings
from longwatch.core.environment import Environment, current
from longwatch.enrichment.cortex.contract import Description, Unusable, described

MOST_FILES = 2_000
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that looks like a description and is none that can be used."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What was found in the folder, by name; and what is wrong with it."""

    folder: Path | None
    found: dict[str, Description]
    faults: tuple[Fault, ...] = ()
    refusal: str = ""


def catalogue(environment: Environment | None = None) -> Catalogue:
    """Read the folder that LONGWATCH_ANALYZERS names; says why when it cannot be used."""
    environment = environment or current()
    place = environment.text(settings.ANALYZERS)
    if not place:
        return Catalogue(None, {})
    folder = Path(place).resolve()
    data = environment.data.resolve()
    if folder.is_relative_to(data) or data.is_relative_to(folder):
        return Catalogue(None, {}, refusal="in_data")
    if not folder.is_dir():
        return Catalogue(None, {}, refusal="no_folder")
    found: dict[str, Description] = {}
    faults = []
    for file in _files(folder):
        try:
            read = described(_content(file))
            _refuse_absent(folder, read)
        except (Unusable, OSError) as error:
            faults.append(Fault(str(file.relative_to(folder)), str(error)))
        else:
            found.setdefault(read.name, read)
    return Catalogue(folder, dict(sorted(found.items(), key=lambda pair: pair[0].casefold())), tuple(faults))


def _files(folder: Path) -> Iterator[Path]:
    """One level down, as the collection is laid out; hidden folders such as a virtual environment are left alone."""
    for number, file in enumerate(sorted(folder.glob("[!.]*/*.json"))):
        if number < MOST_FILES:
            yield file


def _content(file: Path) -> bytes:
    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        raise Unusable("This is not the description of an analyzer.")
    return file.read_bytes()


def _refuse_absent(folder: Path, read: Description) -> None:
    program = (folder / read.command).resolve()
    if not program.is_relative_to(folder):
        raise Unusable("The description names a command outside its folder.")
    if not program.is_file():
        raise Unusable(f"The program {read.command} is not there.")
