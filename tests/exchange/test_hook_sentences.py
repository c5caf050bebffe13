# SPDX-License-Identifier: Apache-2.0
"""What happened to webhooks out, in words."""

from longwatch.exchange.hook_sentences import SENTENCES


def test_every_event_is_told_without_its_fields_too() -> None:
    assert all(sentence({}) for sentence in SENTENCES.values())


def test_a_pause_is_told_with_its_reason() -> None:
    said = SENTENCES["subscription.paused"]({"label": "SOAR", "reason": "Gone"})
    assert said == "tells “SOAR” nothing for now: Gone"


def test_what_was_told_again_is_named_only_where_it_is_known() -> None:
    said = SENTENCES["subscription.event_resent"]
    assert "case.closed (entry 7)" in said({"label": "SOAR", "event": "case.closed", "entry": 7})
    assert (
        said({"label": "SOAR", "event": "", "entry": 0}) == "had “SOAR” told again of an event that is closed to them"
    )
