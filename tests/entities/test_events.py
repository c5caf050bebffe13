# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of names in records."""

from dataclasses import fields

import pytest

from longwatch.entities.events import MentionAdded, MentionEnded, PartChanged
from longwatch.ledger import Event


@pytest.mark.parametrize("event", [MentionAdded, PartChanged, MentionEnded])
class TestEachEvent:
    def test_says_who_or_what_it_is_about(self, event: type[Event]) -> None:
        assert {"kind", "value"} <= {field.name for field in fields(event)}

    def test_is_about_a_mention(self, event: type[Event]) -> None:
        assert event.name.startswith("mention.")
