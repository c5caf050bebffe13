# SPDX-License-Identifier: Apache-2.0
"""A letter to whoever should hold us to it: the checkpoint of the day, in somebody else's mailbox."""

from collections.abc import Sequence
from smtplib import SMTPException

from django.core.mail import send_mail

from longwatch.ledger.anchors.plugin import AnchorFailed, Receipt, Task

TEXT = """This is the checkpoint of the Longwatch ledger {origin}: {size} entries.

Keep this message. If somebody rewrites the ledger later, it shows. How to check: docs/integrity.md.

{note}"""


def keep(addresses: Sequence[str], task: Task) -> Receipt:
    """Send the note of the checkpoint."""
    made = task.checkpoint
    text = TEXT.format(origin=made.origin, size=made.size, note=made.note)
    try:
        send_mail(f"Checkpoint {made.size} of {made.origin}", text, None, list(addresses))
    except (OSError, SMTPException) as error:
        raise AnchorFailed(f"The mail was not sent: {error}.") from error
    return Receipt()
