# SPDX-License-Identifier: Apache-2.0
"""What happened to the telling of senders, in words."""

from longwatch.exchange.sync_sentences import SENTENCES


def test_every_event_is_told_without_its_fields_too() -> None:
    assert all(sentence({}) for sentence in SENTENCES.values())


def test_what_was_set_up_is_told() -> None:
    said = SENTENCES["sender_sync.made"]({"source": "Elastic", "host": "kibana", "occasions": ["dismissed", "closed"]})
    assert said == "has kibana told what becomes of the alerts of Elastic (dismissed, closed)"
