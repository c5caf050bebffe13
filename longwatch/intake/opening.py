# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a body to the signals in it, in one place for every way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from longwatch.core.errors import LongwatchError
from longwatch.intake.arrival import SourceFacts, understood
from longwatch.intake.submission import SignalIn

LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"})


@dataclass(frozen=True, slots=True)
class Opened:
    """One signal, with exactly the bytes that it was read from, and the mapping that read them."""

    signal: SignalIn
    raw: bytes
    format: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a body held: signals, and parts that could not be read, each with the refusal."""

    opened: Sequence[Opened]
    left: Sequence[tuple[bytes, LongwatchError]] = ()

    @property
    def reason(self) -> str:
        """What is wrong with the parts that could not be read, told of the first."""
        return reason_of([refusal for _, refusal in self.left])


def open_body(raw: bytes, source: SourceFacts, *, content_type: str, received_at: datetime) -> list[Opened]:
    """The signals in a body; refuses what cannot be read at all."""
    return list(open_whole(raw, source, content_type=content_type, received_at=received_at).opened)


def open_whole(raw: bytes, source: SourceFacts, *, content_type: str, received_at: datetime) -> Contents:
    """The signals in a body and the parts of it that gave none; refuses what cannot be read at all."""
    whole = understood(source, raw, content_type)
    opened = [Opened(piece.signal, piece.raw, piece.format) for piece in whole.pieces]
    return Contents(opened, [(fault.raw, fault.error) for fault in whole.faults])


def open_parts(raw: bytes, source: SourceFacts, *, content_type: str, received_at: datetime) -> Contents:
    """The signals in a body of lines or of one piece; parts that cannot be read do no harm to the others."""
    parts = _lines(raw) if content_type in LINES else [raw]
    opened: list[Opened] = []
    left: list[tuple[bytes, LongwatchError]] = []
    for part in parts:
        try:
            contents = open_whole(part, source, content_type=content_type, received_at=received_at)
        except LongwatchError as refusal:
            left.append((part, refusal))
        else:
            opened += contents.opened
            left += contents.left
    return Contents(opened, left)


def _lines(raw: bytes) -> list[bytes]:
    return [line for each in raw.split(b"\n") if (line := each.removesuffix(b"\r")).strip()]


def reason_of(refusals: Sequence[LongwatchError]) -> str:
    """Why something could not be read, in one line."""
    if not refusals:
        return ""
    more = f" {len(refusals)} parts of the body could not be read; this is the first." if len(refusals) > 1 else ""
    return refusals[0].sentence + more
