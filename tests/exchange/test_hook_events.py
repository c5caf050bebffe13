# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of webhooks out."""

from dataclasses import fields

from longwatch.exchange import hook_events
from longwatch.ledger import Event


def test_every_event_says_which_webhook_and_none_its_secret() -> None:
    made = [each for each in vars(hook_events).values() if isinstance(each, type) and issubclass(each, Event)]
    names = [{field.name for field in fields(each)} for each in made if each is not Event]
    assert len(names) == 5
    assert all("label" in each and not each & {"secret", "wrapped", "url"} for each in names)
