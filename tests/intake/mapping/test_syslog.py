# SPDX-License-Identifier: Apache-2.0
"""Syslog messages taken apart."""

from typing import Any

import pytest

from longwatch.intake.mapping.syslog import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<34>Oct 11 22:14:15 mymachine su[12]: failed",
            {
                "level": 2,
                "time": "Oct 11 22:14:15",
                "host": "mymachine",
                "program": "su",
                "pid": "12",
                "message": "failed",
            },
        ),
        (
            '<165>1 2026-02-03T04:05:06.003Z gate evntslog - ID47 [a@1 x="1\\"2" y="3"] \ufeffWhat happened',
            {
                "level": 5,
                "time": "2026-02-03T04:05:06.003Z",
                "host": "gate",
                "program": "evntslog",
                "msgid": "ID47",
                "message": "What happened",
            },
        ),
        ("<134> 1597051607 gate.example.com events type=vpn", {"time": "1597051607", "host": "gate.example.com"}),
        (
            "<134>x: gate.example.com: Aug 10 09:26:47.x: %SYS-6-RESTART: up",
            {
                "host": "gate.example.com",
                "digit": 6,
                "mnemonic": "%SYS-6-RESTART",
            },
        ),
        (
            "<134>:Aug 10 09:26:47 UTC: %ASA-6-302015: Built",
            {"time": "Aug 10 09:26:47 UTC", "message": "%ASA-6-302015: Built"},
        ),
        ("<999>x", {"message": "x"}),
        ("nothing of a header", {"message": "nothing of a header"}),
    ],
)
def test_a_message_says(text: str, expected: dict[str, Any]) -> None:
    record = parse(text)
    assert {name: record.get(name) for name in expected} == expected


def test_of_a_name_given_twice_the_first_counts() -> None:
    assert parse('<1>Feb  3 04:05:06 a b: x=1 x=2 y="two words"')["fields"] == {"x": "1", "y": "two words"}


def test_a_message_that_ends_in_json_has_a_body() -> None:
    assert parse('<1>Feb  3 04:05:06 a b: {"x": 1}')["body"] == '{"x": 1}'
