# SPDX-License-Identifier: Apache-2.0
"""Mails forwarded as text."""

import pytest

from longwatch.intake.mapping.inline import forwarded

OUTLOOK = """Is this real?

-----Original Message-----
From: Bank <service@bank.example.com>
Sent: Tuesday, 3 February 2026 05:05
To: Ana; ben@example.org
Subject: Locked

Sign in."""
GMAIL = """---------- Forwarded message ---------
From: *Bank* <service@bank.example.com>
Date: Tue, Feb 3, 2026 at 5:05 AM
Subject: Locked
To: <ana@example.org>


Sign in."""
APPLE = """> Anfang der weitergeleiteten Nachricht:
>
> Von: Bank <service@bank.example.com>
> Betreff: Locked
> Datum: 3. Februar 2026 um 05:05:06 MEZ
> An: ana@example.org
>
> Sign in."""


class TestForwarded:
    @pytest.mark.parametrize("text", [OUTLOOK, GMAIL, APPLE, OUTLOOK.replace("\n", "\r\n")])
    def test_finds_who_wrote_it_and_its_subject(self, text: str) -> None:
        within = forwarded(text)
        assert within is not None
        assert (within.said["from"], within.said["subject"]) == ("service@bank.example.com", "Locked")
        assert "Sign in." in within.text

    def test_keeps_apart_what_the_reporter_wrote(self) -> None:
        within = forwarded(OUTLOOK)
        assert within is not None
        assert (within.note, within.text) == ("Is this real?", "Sign in.")
        assert within.said["to"] == ["ben@example.org"]

    @pytest.mark.parametrize("text", ["", "Hello", "From: me", "Original Message", "Data: x\nA: y\nDe: z"])
    def test_finds_nothing_in_other_texts(self, text: str) -> None:
        assert forwarded(text) is None
