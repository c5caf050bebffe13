# SPDX-License-Identifier: Apache-2.0
"""What can be told to a sender about a signal of theirs, and where in their own record it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from longwatch.core.errors import LongwatchError
from longwatch.intake.mapping import cef, syslog
from longwatch.intake.mapping.own import OwnReading
from longwatch.intake.mapping.paths import Record, path_of
from longwatch.intake.mapping.understanding import HEADER, understand_whole
from longwatch.intake.mapping.values import text_of

LARGEST_RECORD = 2_000_000
_json = msgspec.json.Decoder()


@dataclass(frozen=True)
class Facts:
    """All that the places of a template can stand for; nothing else leaves."""

    signal: str
    link: str
    title: str
    severity: str
    # The occasion, which is the state in the words of whoever tells.
    status: str
    outcome: str
    verdict: str
    judged_by: str
    reason: str
    reference: str
    at: datetime
    # The arrivals as they came, the newest first.
    raws: Sequence[bytes]
    # How the source is read.
    format: str = "auto"
    zone: str = "UTC"
    own: OwnReading | None = field(default=None, repr=False)

    def values(self) -> Mapping[str, str]:
        """The values of ours by their names."""
        names = (
            "signal", "link", "title", "severity", "status", "outcome", "verdict", "judged_by", "reason", "reference",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"key": self.key}

    @cached_property
    def key(self) -> str:
        """What the sender calls it, as its mapping reads it; empty where it says nothing of the kind."""
        for raw in self.raws[:1]:
            try:
                whole = understand_whole(raw, format=self.format, zone=self.zone, own=self.own)
            except LongwatchError:
                return ""
            return next((each.signal.dedup_key for each in whole.pieces if each.signal.dedup_key), None) or ""
        return ""

    @cached_property
    def records(self) -> Sequence[Record]:
        """The arrivals as records to look into, the newest first."""
        return [Record(record_in(raw)) for raw in self.raws]

    def text_at(self, path: str) -> str:
        """What stands at a path of the newest arrival; empty where nothing does."""
        return next(iter(self._texts(path, self.records[:1])), "")

    def texts_at(self, path: str) -> list[str]:
        """What stands at a path of each arrival, each once, the oldest first."""
        return list(dict.fromkeys(self._texts(path, list(reversed(self.records)))))

    def value_at(self, path: str) -> Any:
        """What stands at a path of the newest arrival, with its type."""
        return next((value for each in self.records[:1] for value in each.find(path_of(path))), None)

    @staticmethod
    def _texts(path: str, records: Sequence[Record]) -> list[str]:
        found = (text_of(value) for each in records for value in each.find(path_of(path)))
        return [text for text in found if text]


def record_in(raw: bytes) -> Any:
    """A record as paths look into it: JSON, else what CEF, LEEF or syslog say; nothing where it is none of these."""
    if len(raw) > LARGEST_RECORD:
        return {}
    try:
        return _json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        text = raw.decode("utf-8", "replace")
    for marker, parse in ((cef.CEF, cef.parse_cef), (cef.LEEF, cef.parse_leef)):
        if marker.search(text[:HEADER]) and (record := parse(text)):
            return record
    return syslog.parse(text)
