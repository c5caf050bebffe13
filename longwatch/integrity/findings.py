# SPDX-License-Identifier: Apache-2.0
"""What a verification found: sentences, each with what and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

MOST_KEPT = 1_000


@dataclass
class Findings:
    """Faults, remarks and counts; sentences beyond a thousand are only counted."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    unlisted: int = 0

    def fault(self, sentence: str) -> None:
        """Something does not hold."""
        if len(self.faults) < MOST_KEPT:
            self.faults.append(sentence)
        else:
            self.unlisted += 1

    def faults_of(self, sentences: Iterable[str]) -> None:
        """Each of these does not hold."""
        for sentence in sentences:
            self.fault(sentence)

    def note(self, sentence: str) -> None:
        """Something that is no fault, but that a reader has to know."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def count(self, name: str, more: int) -> None:
        """So many more of these were looked at."""
        self.counts[name] = self.counts.get(name, 0) + more

    def add(self, other: "Findings") -> None:
        """All that another part of the verification found."""
        self.faults_of(other.faults)
        self.unlisted += other.unlisted
        for sentence in other.notes:
            self.note(sentence)
        for name, more in other.counts.items():
            self.count(name, more)

    @property
    def broken(self) -> int:
        """How many things do not hold."""
        return len(self.faults) + self.unlisted


def when(moment: datetime | None) -> str:
    """A time as the sentences say it."""
    return "at an unknown time" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def entry_named(number: int, action: str | None, at: datetime | None) -> str:
    """An entry as the sentences say it."""
    return f"entry {number} ({action or 'unknown'}, {when(at)})"
