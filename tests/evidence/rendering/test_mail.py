# SPDX-License-Identifier: Apache-2.0
"""Mails as they are read, with nothing fetched."""

from longwatch.evidence.rendering.mail import mail_copy

MAIL = b"From: a@halden.test\r\nTo: b@halden.test\r\nSubject: Gate\r\n\r\nSee http://halden.test/x today.\r\n"


class TestMailCopy:
    def test_tells_sender_and_subject(self) -> None:
        facts = {fact[0]: fact[1] for fact in mail_copy(MAIL).facts}
        assert (facts["From"], facts["Subject"]) == ("a@halden.test", "Gate")

    def test_shows_links_as_words(self) -> None:
        assert "http://halden.test/x" in mail_copy(MAIL).text
