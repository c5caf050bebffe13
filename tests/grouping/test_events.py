# SPDX-License-Identifier: Apache-2.0
"""Every event about groups has its sentence."""

from longwatch.grouping import events
from longwatch.grouping.sentences import SENTENCES
from longwatch.ledger import Event


def test_every_event_can_be_told() -> None:
    names = {each.name for each in vars(events).values() if isinstance(each, type) and issubclass(each, Event)}
    assert names - {getattr(Event, "name", "")} == set(SENTENCES)
