# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of bundles."""

from dataclasses import fields

from longwatch.exchange import events
from longwatch.ledger import Event


class TestEvents:
    def test_all_say_which_audience_it_is_about(self) -> None:
        made = [each for each in vars(events).values() if isinstance(each, type) and issubclass(each, Event)]
        without = [each for each in made if "audience" not in {field.name for field in fields(each)} and each != Event]
        assert len(made) > 1
        assert without == []
