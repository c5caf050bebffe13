# SPDX-License-Identifier: Apache-2.0
"""What leaves in a file for other tools, whatever the format: plain values, already limited to what may leave."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from longwatch.entities.kinds import Part
from longwatch.entities.markings import Tlp
from longwatch.records.models import RecordKind
from longwatch.records.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that the record or one of its alerts names."""

    key: str
    kind: str
    value: str
    part: str
    note: str = ""
    tlp: Tlp | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None

    @property
    def is_indicator(self) -> bool:
        """Whether one should look for it elsewhere."""
        return self.part == Part.INDICATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An alert that belongs to the record."""

    id: str
    title: str
    rule: str
    source: str
    severity: Severity
    first_seen: datetime
    last_seen: datetime
    count: int
    techniques: tuple[str, ...]
    # The keys of what it names.
    names: tuple[str, ...]
    tlp: Tlp | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Something that stays because it is marked more strictly than the file; only the person who asks reads which."""

    kind: str
    label: str
    tlp: Tlp


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """All that a file for other tools is made from."""

    record_id: UUID
    kind: RecordKind
    reference: str
    title: str
    summary: str
    status: str
    disposition: str
    category: str
    severity: Severity
    opened_at: datetime
    closed_at: datetime | None
    organisation: str
    organisation_id: UUID
    organisation_since: datetime
    tlp: Tlp
    made_at: datetime
    things: tuple[Thing, ...] = ()
    seen: tuple[Seen, ...] = ()
    left: tuple[Left, ...] = field(default=())

    @property
    def name(self) -> str:
        """Reference and title."""
        return f"{self.reference} {self.title}".strip()

    @property
    def techniques(self) -> tuple[str, ...]:
        """The ATT&CK techniques and tactics that its alerts name, each once."""
        return tuple(dict.fromkeys(each for alert in self.seen for each in alert.techniques))

    @property
    def is_closed(self) -> bool:
        """Whether the record is closed."""
        return self.closed_at is not None

    @property
    def what_is_missing(self) -> str:
        """One sentence for the reader of the file; nothing when it is whole."""
        if not self.left:
            return ""
        things = "1 item is" if len(self.left) == 1 else f"{len(self.left)} items are"
        return f"{things} not in this file: marked more strictly than {self.tlp.label}."

    def mark_of(self, mark: Tlp | None) -> Tlp:
        """The marking with which something leaves: its own, or that of the file."""
        return mark or self.tlp


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose file it is."""

    id: UUID
    name: str
    since: datetime
