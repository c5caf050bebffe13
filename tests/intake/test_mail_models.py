# SPDX-License-Identifier: Apache-2.0
"""Mailboxes, as rows."""

from longwatch.core.ids import uuid7
from longwatch.intake.mail_models import Mailbox, purpose
from longwatch.ledger.writing import row_content


class TestMailbox:
    def test_commits_to_nothing_about_its_password(self) -> None:
        assert "wrapped" not in row_content(Mailbox(address="x", wrapped="y"))


class TestPurpose:
    def test_is_of_one_mailbox_alone(self) -> None:
        assert purpose(uuid7()) != purpose(uuid7())
