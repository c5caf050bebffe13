# SPDX-License-Identifier: Apache-2.0
"""The words of a mail that indicators are looked for in."""

import base64

import pytest

from longwatch.enrichment.extraction.mails import mail_words
from longwatch.enrichment.extraction.tidying import text_of

HEAD = b"""Return-Path: <bounce@pay.example>
Received: from relay.hop.example (relay.hop.example [198.51.100.9])\r
 by mx.ours.example with ESMTPS id 4Xyz; Mon, 1 Jun 2026 10:00:00 +0000
Message-ID: <20260601.1@relay.hop.example>
References: <first@list.example>
DKIM-Signature: v=1; d=signer.example; bh=abc
From: =?utf-8?q?Pay?= <pay@pay.example>
Reply-To: answer@other.example
Subject: Your account at bank.example
"""
PLAIN = HEAD + b"\nGo to http://bad.example/x now\n"
FORWARDED = (
    b"From: ann@ours.example\nSubject: Fw\nMessage-ID: <9@outlook.example>\nContent-Type: multipart/mixed; boundary=b\n"
    b"\n--b\nContent-ID: <image001.png@01da.example>\n\nIs this real?\n--b\nContent-Type: message/rfc822\n\n"
    + PLAIN
    + b"--b--\n"
)


def words(raw: bytes) -> str:
    return "\n".join(mail_words(raw))


class TestMailWords:
    @pytest.mark.parametrize("raw", [PLAIN, FORWARDED], ids=["plain", "forwarded"])
    @pytest.mark.parametrize("told", ["bounce@pay.example", "pay@pay.example", "answer@other.example", "bank.example"])
    def test_keeps_who_says_to_have_sent_it_and_what_about(self, raw: bytes, told: str) -> None:
        assert told in words(raw)

    @pytest.mark.parametrize("raw", [PLAIN, FORWARDED], ids=["plain", "forwarded"])
    @pytest.mark.parametrize(
        "name", ["hop.example", "198.51.100.9", "list.example", "signer.example", "outlook.example", "01da.example"]
    )
    def test_leaves_out_what_servers_and_programs_wrote(self, raw: bytes, name: str) -> None:
        assert name not in words(raw)

    @pytest.mark.parametrize("raw", [PLAIN, FORWARDED], ids=["plain", "forwarded"])
    def test_keeps_the_text(self, raw: bytes) -> None:
        assert "http://bad.example/x" in words(raw)

    def test_reads_a_text_that_is_packed(self) -> None:
        body = base64.encodebytes(b"see http://bad.example/long")
        assert "http://bad.example/long" in words(b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n" + body)

    def test_reads_a_list_that_hangs_on_it(self) -> None:
        raw = (
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/json;"
            b' name=i.json\n\n{"sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}\n--b--\n'
        )
        assert "da39a3ee5e6b4b0d3255bfef95601890afd80709" in words(raw)

    def test_leaves_out_the_letters_of_a_picture(self) -> None:
        raw = b"From: a@b.example\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
        assert "iVBOR" not in words(raw)

    def test_ends_at_mails_within_mails_without_end(self) -> None:
        raw = b"From: a@b.example\nContent-Type: message/rfc822\n\n" * 500
        assert len(words(raw)) < 200


def test_the_text_of_a_signal_has_the_words_of_its_mail_only() -> None:
    text = text_of("Your account", "", [FORWARDED])
    assert "bad.example" in text
    assert "hop.example" not in text
