# SPDX-License-Identifier: Apache-2.0
"""Mailboxes: through which mails come to a source."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7


class MailboxKind(models.TextChoices):
    """Who moves: whoever sends to us, or we who fetch."""

    ADDRESS = "address", _("An address of the mail listener")
    IMAP = "imap", _("A mailbox that is read (IMAP)")


class Security(models.TextChoices):
    """How the connection to a mailbox is protected."""

    TLS = "tls", _("TLS (usually port 993)")
    STARTTLS = "starttls", _("STARTTLS (usually port 143)")
    NONE = "none", _("None: only for this machine itself")


class After(models.TextChoices):
    """What happens in the mailbox to a mail that was stored here."""

    SEEN = "seen", _("Mark it as read")
    MOVE = "move", _("Move it to another folder")
    LEAVE = "leave", _("Leave it as it is")


class Mailbox(models.Model):
    """One way in for mails to one source; the password of a mailbox that is read is hidden."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("intake.Source", on_delete=models.PROTECT, related_name="mailboxes")
    kind = models.CharField(max_length=10, choices=MailboxKind.choices)
    # To whom mails are sent: a whole address, or what stands before the @ for any domain. Of one that is read: where.
    address = models.CharField(max_length=400)
    # Of one that is read: host, port, user, folder and the like; nothing secret.
    settings: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    wrapped = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """Configuration of a source; a closed one stays, because the ledger names it."""

        db_table = "intake_mailbox"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(kind="address", closed_at=None), name="intake_mailbox_address"
            )
        ]

    def __str__(self) -> str:
        """Its address."""
        return self.address


class MailboxState(models.Model):
    """How far a mailbox was read, and how the last attempt went. No history: mails tell what came."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.PROTECT, related_name="state", primary_key=True)
    # The server's numbering: when the first changes, the second means nothing any more.
    validity = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    taken = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Written by functions of the database only (sql/mail.sql)."""

        db_table = "intake_mailbox_state"

    def __str__(self) -> str:
        """Up to which mail."""
        return f"{self.validity}/{self.upto}"


def purpose(mailbox_id: UUID) -> str:
    """What the password of a mailbox is hidden for: moved to another row it opens nothing."""
    return f"mailbox {mailbox_id}"
