# SPDX-License-Identifier: Apache-2.0
"""Whether the samples of a mapping file give what it says they give."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from longwatch.core.errors import LongwatchError
from longwatch.intake.mapping.model import Expected, Sample
from longwatch.intake.mapping.own import OwnReading
from longwatch.intake.mapping.understanding import AUTO, Piece, understand
from longwatch.intake.submission import SignalIn, severity_in

Reading = Callable[[Sample], Sequence[Piece]]


def differences(sample: Sample, reading: Reading | None = None) -> list[str]:
    """What the signals of a sample differ in from what is expected, in words; empty when all is as it should be."""
    try:
        pieces = (reading or _read)(sample)
    except LongwatchError as error:
        return [f"{sample.name}: {error.sentence}"]
    if len(pieces) != len(sample.expect):
        return [f"{sample.name}: {len(pieces)} signals instead of {len(sample.expect)}."]
    return [
        f"{sample.name}, signal {number}: {name} is {found!r} instead of {wanted!r}."
        for number, (piece, expected) in enumerate(zip(pieces, sample.expect, strict=True), start=1)
        for name, wanted, found in _compared(piece.signal, expected)
        if wanted != found
    ]


def pieces_with(sample: Sample, own: OwnReading) -> list[Piece]:
    """What a mapping of one's own makes of a sample; refuses one that gives nothing."""
    return understand(
        sample.raw.encode("utf-8", "replace"), zone=sample.zone, own=own,
        received_at=datetime.fromisoformat(sample.received_at),
    )  # fmt: skip


def _read(sample: Sample) -> list[Piece]:
    received_at = datetime.fromisoformat(sample.received_at)
    return understand(sample.raw.encode(), format=AUTO, zone=sample.zone, received_at=received_at)


def _compared(signal: SignalIn, expected: Expected) -> list[tuple[str, Any, Any]]:
    said = as_said(signal)
    wanted = {name: getattr(expected, name) for name in Expected.__struct_fields__}
    return [(name, value, said[name]) for name, value in wanted.items() if value is not None]


def as_said(signal: SignalIn) -> dict[str, Any]:
    """A signal in the words in which samples expect it."""
    severity = severity_in(signal)
    moment = signal.occurred_at
    return {
        "title": signal.title, "severity": severity.word if severity is not None else "",
        "occurred_at": moment.isoformat().replace("+00:00", "Z") if moment else "", "rule": signal.rule,
        "dedup_key": signal.dedup_key or "", "description": signal.description, "place": signal.place,
        "state": signal.state or "", "techniques": signal.techniques, "links": signal.links, "tags": signal.tags,
        "entities": [f"{each.part} {each.kind} {each.value}" for each in signal.entities],
    }  # fmt: skip
