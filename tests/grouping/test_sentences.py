# SPDX-License-Identifier: Apache-2.0
"""What is said about groups, in words."""

import pytest

from longwatch.grouping.sentences import SENTENCES, key_words, split_words, why_words


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("group.split", {"signals": 2, "note": "two stories"}, "took 2 signals out of it: two stories"),
        ("group.dismissed", {"reason": "benign", "note": ""}, "dismissed the group as “Benign”"),
        (
            "grouping.taught",
            {"kind": "never", "entity": "ip 10.0.0.9", "reason": "our scanner"},
            "taught that ip 10.0.0.9 never holds a group together: our scanner",
        ),
        ("grouping_rule.switched_on", {"rule": "VPN"}, "switched the grouping rule “VPN” on"),
    ],
)
def test_what_people_decided(action: str, fields: dict[str, object], words: str) -> None:
    assert SENTENCES[action](fields) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ({"kind": "entity", "about": "host web-1", "count": 3, "of": 4}, "3 of 4 name host web-1."),
        ({"kind": "entity", "about": "ip 192.0.2.1", "count": 2, "of": 2}, "2 of 2 name IP address 192.0.2.1."),
        ({"kind": "new", "about": "", "count": 2, "of": 4}, "2 of 4 had never been seen there before."),
        ({"kind": "burst", "about": "", "count": 1, "of": 2}, "1 of 2 came more often than ever before."),
        ({"kind": "severe", "about": "", "count": 1, "of": 4}, "1 of 4 is of medium severity or higher."),
        ({"kind": "rare", "about": "", "count": 1, "of": 2}, "1 of 2 is rare there."),
        ({"kind": "taught", "about": "", "count": 1, "of": 2}, "1 of 2 names what somebody taught to go together."),
        ({"kind": "severe", "about": "", "count": 2, "of": 4}, "2 of 4 are of medium severity or higher."),
        ({"kind": "rule", "about": "VPN", "count": 2, "of": 0}, "The rule “VPN” took them."),
        ({"kind": "moon"}, ""),
    ],
)
def test_why_signals_belong_together(reason: dict[str, object], words: str) -> None:
    assert why_words(reason) == words


def test_a_key_says_what_its_signals_have_in_common() -> None:
    assert key_words("entity:host=web=1, rule=scan, fast") == "Host web=1, Rule of the tool scan, fast"


def test_within_what_time_they_came() -> None:
    said = why_words({"kind": "span", "about": "", "count": 120, "of": 7})
    assert said.startswith("All of it came within 2 min")
    assert said.endswith("in 7 arrivals.")


def test_one_arrival_is_no_arrivals() -> None:
    assert why_words({"kind": "span", "about": "", "count": 0, "of": 1}).endswith("in 1 arrival.")


def test_what_would_split_them() -> None:
    said = split_words({"label": "host web-1", "sizes": [3, 1]})
    assert said == "Without host web-1 it would fall into 2 parts, with 3, 1 of its signals."
