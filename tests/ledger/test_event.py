# SPDX-License-Identifier: Apache-2.0
"""What an event is."""

from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import pytest

from longwatch.core.ids import uuid7
from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPainted(Event):
    """An example."""

    name: ClassVar[str] = "door.painted"
    before: str
    after: str


class TestEvent:
    """Event"""

    def test_tells_as_details_only_what_its_kind_added(self) -> None:
        event = DoorPainted(subject_id=uuid7(), record_id=uuid7(), compartment_id=uuid7(), before="red", after="blue")
        assert event.details() == {"before": "red", "after": "blue"}

    def test_has_no_details_by_itself(self) -> None:
        assert Event(subject_id=uuid7()).details() == {}

    def test_belongs_to_the_administration_unless_said_otherwise(self) -> None:
        event = Event(subject_id=uuid7())
        assert (event.record_id, event.compartment_id) == (None, None)

    def test_cannot_be_changed(self) -> None:
        event = DoorPainted(subject_id=uuid7(), before="red", after="blue")
        with pytest.raises(FrozenInstanceError):
            event.after = "green"  # type: ignore[misc]
