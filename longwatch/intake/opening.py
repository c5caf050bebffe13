# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a body to the signals in it, in one place for every way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from longwatch.core.errors import LongwatchError
from longwatch.intake.arrival import SourceFacts, understood
from longwatch.intake.delivery_models import DeliveryState, Way
from longwatch.intake.keeping import LINES, Kept, left_over, reason_of
from longwatch.intake.submission import SignalIn


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
    # Bodies, or lines of one, that no signal has all bytes of.
    split: Sequence[bytes] = ()

    @property
    def reason(self) -> str:
        """What is wrong with the parts that could not be read, told of the first."""
        return reason_of([refusal for _, refusal in self.left])

    def to_keep(self, content_type: str, way: Way) -> list[Kept]:
        """What has to be kept beside the signals, so that no byte is lost."""
        whole = Kept(b"\n".join(self.split), content_type, way, DeliveryState.STORED, signals=len(self.opened))
        return ([whole] if self.split else []) + left_over(self.left, content_type, way)


def open_body(raw: bytes, source: SourceFacts, *, content_type: str, received_at: datetime) -> list[Opened]:
    """The signals in a body; refuses what cannot be read at all."""
    return list(open_whole(raw, source, content_type=content_type, received_at=received_at).opened)


def open_whole(raw: bytes, source: SourceFacts, *, content_type: str, received_at: datetime) -> Contents:
    """The signals in a body and the parts of it that gave none; refuses what cannot be read at all."""
    whole = understood(source, raw, content_type)
    opened = [Opened(piece.signal, piece.raw, piece.format) for piece in whole.pieces]
    left = [(fault.raw, fault.error) for fault in whole.faults]
    return Contents(opened, left, () if whole.is_all_of(raw) else (raw,))


def open_parts(raw: bytes, source: SourceFacts, *, content_type: str, received_at: datetime) -> Contents:
    """The signals in a body of lines or of one piece; parts that cannot be read do no harm to the others."""
    parts = _lines(raw) if content_type in LINES else [raw]
    return open_each(parts, source, content_type=content_type, received_at=received_at)


def open_each(
    parts: Sequence[bytes], source: SourceFacts, *, content_type: str, received_at: datetime
) -> Contents:  # fmt: skip
    """The signals in several bodies; those that cannot be read do no harm to the others."""
    opened: list[Opened] = []
    left: list[tuple[bytes, LongwatchError]] = []
    split: list[bytes] = []
    for part in parts:
        try:
            contents = open_whole(part, source, content_type=content_type, received_at=received_at)
        except LongwatchError as refusal:
            left.append((part, refusal))
        else:
            opened += contents.opened
            left += contents.left
            split += contents.split
    return Contents(opened, left, split)


def _lines(raw: bytes) -> list[bytes]:
    return [line for each in raw.split(b"\n") if (line := each.removesuffix(b"\r")).strip()]
