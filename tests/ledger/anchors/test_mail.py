# SPDX-License-Identifier: Apache-2.0
from django.core import mail

from longwatch.ledger.anchors.mail import keep
from longwatch.ledger.anchors.plugin import Task


class TestMail:
    def test_brings_the_note(self, task: Task) -> None:
        keep(["auditor@example.org"], task)
        [letter] = mail.outbox
        assert (letter.to, task.checkpoint.note in letter.body) == (["auditor@example.org"], True)
