# SPDX-License-Identifier: Apache-2.0
"""What an event is: one frozen dataclass per verb, in past tense."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID

ENVELOPE = frozenset({"subject_id", "record_id", "compartment_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one subject; subclasses add what changed as plain values.

    `subject_id` is the row the event is about, `record_id` the incident, case or signal whose history
    it belongs to, `compartment_id` who may read its details (None: the organisation's administration).
    """

    name: ClassVar[str] = ""

    subject_id: UUID
    record_id: UUID | None = None
    compartment_id: UUID | None = None

    def details(self) -> dict[str, Any]:
        """The fields that the subclass added: they may be personal, so they stay outside the leaf."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ENVELOPE}
