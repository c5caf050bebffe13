# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of telling senders."""

from dataclasses import fields

from longwatch.exchange import sync_events
from longwatch.ledger import Event


def test_every_event_says_which_source_and_none_the_secret() -> None:
    made = [each for each in vars(sync_events).values() if isinstance(each, type) and issubclass(each, Event)]
    names = [{field.name for field in fields(each)} for each in made if each is not Event]
    assert len(names) == 7
    assert all("source" in each and not each & {"secret", "wrapped", "headers"} for each in names)
