# SPDX-License-Identifier: Apache-2.0
"""First guesses of mappings."""

from longwatch.intake.mapping_suggesting import suggested
from tests.intake.test_mapping_editing import desk


def test_empty_fields_take_what_is_called_so() -> None:
    found = suggested(desk(slot_title="")).draft
    assert (found.slots["title"], found.slots["severity"], found.slots["occurred_at"]) == (
        "event.name", "event.level", "event.time",
    )  # fmt: skip
    assert [(row.path, row.kind) for row in found.entities] == [("door", "asset")]


def test_fields_that_say_something_stay() -> None:
    assert suggested(desk(slot_title="door")).draft.slots["title"] == "door"
