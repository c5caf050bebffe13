# SPDX-License-Identifier: Apache-2.0
"""What the ledger is told when people sign in."""

from dataclasses import fields

import pytest

from longwatch.access import sign_in_events
from longwatch.ledger import Event

EVENTS = [each for each in vars(sign_in_events).values() if isinstance(each, type) and issubclass(each, Event)]
# What would let whoever reads the ledger in, or follow people about.
SECRETS = {"password", "code", "codes", "secret", "token", "session_key", "address", "ip"}


@pytest.mark.parametrize("event", EVENTS)
def test_no_event_holds_a_secret_or_a_network_address(event: type[Event]) -> None:
    assert not SECRETS & {field.name for field in fields(event)}
