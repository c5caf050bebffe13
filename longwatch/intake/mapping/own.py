# SPDX-License-Identifier: Apache-2.0
"""Mappings that people make: read with bounds, since whoever writes one is not whoever runs the system."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

import msgspec

from longwatch.core.errors import Invalid
from longwatch.intake.mapping.applying import Mapping as Ready
from longwatch.intake.mapping.catalogue import Signature, signature_of
from longwatch.intake.mapping.choosing import BadMapping, getters_of
from longwatch.intake.mapping.linear import linear
from longwatch.intake.mapping.model import Fields, MappingFile, Value, Values
from longwatch.intake.mapping.paths import BadPath, Record, path_of
from longwatch.intake.reading import severity_of_word

# How a source, and a signal, names a mapping of one's own.
OWN = "own:"
LONGEST_FILE = 200_000
MOST_VALUES = 200
MOST_SAMPLES = 20
STATES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class OwnReading:
    """A mapping of one's own, ready."""

    ready: Ready
    signature: Signature

    def fits(self, root: Mapping[str, Any]) -> bool:
        """Whether it is for a record: for all of them, unless it says what one must have."""
        return self.signature.fits(Record(root))


def read_own(text: str) -> MappingFile:
    """A mapping that somebody made; refuses (422) what cannot work or could take too long, with its field."""
    if len(text) > LONGEST_FILE:
        raise _wrong("text", f"It is longer than {LONGEST_FILE} characters.")
    try:
        file = msgspec.convert(tomllib.loads(text), MappingFile)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("text", f"This is not valid TOML: {error}.") from error
    except RecursionError as error:
        raise _wrong("text", "It is nested too deep.") from error
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$")
        raise _wrong(place.strip("`.") or "text", f"{said}.") from error
    refuse_faults(file)
    return file


def refuse_faults(file: MappingFile) -> None:
    """Refuse (422) a mapping with values that cannot work, each with its field."""
    if faults := dict(_faults(file)):
        field, sentence = next(iter(faults.items()))
        raise Invalid(f"{field}: {sentence}", fields=faults)


def own_reading(file: MappingFile, name: str = "") -> OwnReading:
    """The mapping, ready."""
    return OwnReading(Ready(file, linear, name or OWN + file.name), signature_of(file, linear))


@lru_cache(maxsize=200)
def stored_reading(name: str, text: str) -> OwnReading | None:
    """A stored mapping, ready; None when it does not work any more, so that records are recognised instead."""
    try:
        return own_reading(read_own(text), name)
    except (Invalid, BadMapping, BadPath):
        return None


def reading_of(stored: Mapping[str, Any] | None) -> OwnReading | None:
    """What the database says of a source's own mapping (sql/mappings.sql), ready."""
    return stored_reading(f"{OWN}{stored['name']}@{stored['number']}", stored["text"]) if stored else None


def _faults(file: MappingFile) -> Iterator[tuple[str, str]]:
    named = list(_values(file))
    if len(named) > MOST_VALUES or sum(len(_listed(values)) for _, values in named) > MOST_VALUES:
        yield "text", f"It has more than {MOST_VALUES} values."
        return
    if len(file.sample) > MOST_SAMPLES:
        yield "sample", f"It has more than {MOST_SAMPLES} samples."
    if file.recognise.parser:
        yield "recognise.parser", "A mapping of your own reads JSON."
    tries: list[tuple[str, Callable[[], Any]]] = [(field, partial(_ready, values)) for field, values in named]
    tries += [(field, partial(path_of, path)) for field, path in _places(file)]
    tries.append(("recognise", partial(signature_of, file, linear)))
    yield from ((field, sentence) for field, make in tries if (sentence := _tried(make)))
    yield from _wrong_samples(file)
    yield from _wrong_meanings(file)


def _values(file: MappingFile) -> Iterator[tuple[str, Values]]:
    for name in Fields.__struct_fields__:
        if name != "kind":
            yield f"signal.{name}", getattr(file.signal, name)
    for number, each in enumerate(file.entity):
        yield f"entity[{number}].path", each.path
    for table in ("let", "details"):
        for name, values in getattr(file, table).items():
            yield f"{table}.{name}", values


def _listed(values: Values) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _places(file: MappingFile) -> list[tuple[str, str]]:
    return [(field, path) for field, path in (("split", file.split), ("unwrap", file.unwrap)) if path]


def _ready(values: Values) -> None:
    getters_of(values, linear)
    for value in _listed(values):
        if isinstance(value, Value) and value.follow:
            path_of(value.follow.replace("{}", '"x"'))


def _tried(make: Callable[[], Any]) -> str:
    try:
        make()
    except (BadMapping, BadPath) as error:
        return str(error)
    return ""


def _wrong_samples(file: MappingFile) -> Iterator[tuple[str, str]]:
    for number, sample in enumerate(file.sample):
        try:
            if datetime.fromisoformat(sample.received_at).tzinfo is None:
                yield f"sample[{number}].received_at", "Name the zone, as in 2026-03-01T00:00:00Z."
        except ValueError:
            yield f"sample[{number}].received_at", "Use a time such as 2026-03-01T00:00:00Z."


def _wrong_meanings(file: MappingFile) -> Iterator[tuple[str, str]]:
    """Words that mean no severity, or no state."""
    severity = [word for word in _meant(file.signal.severity) if severity_of_word(word) is None]
    state = [word for word in _meant(file.signal.state) if word not in STATES]
    if severity:
        use = "informational, low, medium, high or critical"
        yield "signal.severity", f"“{severity[0]}” means nothing here. Use {use}."
    if state:
        yield "signal.state", f"“{state[0]}” means nothing here. Use open or closed."


def _meant(values: Values) -> list[str]:
    said = [value for value in _listed(values) if isinstance(value, Value)]
    return [word for value in said for word in (*value.words.values(), value.constant) if word]


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(f"{field}: {sentence}" if field != "text" else sentence, fields={field: sentence})
