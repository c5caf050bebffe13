# SPDX-License-Identifier: Apache-2.0
"""Visits to the mailboxes that are read, each mail in a transaction of its own; acts for nobody."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from longwatch.core.environment import current
from longwatch.core.errors import LongwatchError
from longwatch.core.hiding import reveal
from longwatch.core.outbound import allowed_networks
from longwatch.intake.mail_models import purpose
from longwatch.intake.models import Source
from longwatch.intake.services.mailing import keep_mail, source_of_mailbox, take_mail
from longwatch.intake.ways.imap import Hands, Place, Reached, visit

UNREVEALED = "The password was hidden under another secret key. Set the mailbox up again."


@dataclass(frozen=True, slots=True)
class ToRead:
    """A mailbox, as far as a visit needs it."""

    id: UUID
    settings: dict[str, Any]
    wrapped: str
    place: Place
    since: date


class _NotTaken(OSError):
    """The database did not take a mail; the visit ends there, and the next one begins with it."""


def mailboxes_to_read() -> list[ToRead]:
    """The mailboxes that are to be read, longest waiting first."""
    with connection.cursor() as cursor:
        cursor.execute("select id, settings, wrapped, validity, upto, since from intake_mailboxes_to_read()")
        return [_to_read(*row) for row in cursor.fetchall()]


def _to_read(mailbox: UUID, settings: Any, wrapped: str, validity: int, upto: int, since: date) -> ToRead:
    known = json.loads(settings) if isinstance(settings, str) else settings
    return ToRead(mailbox, known, wrapped, Place(validity, upto), since)


def fetch(mailbox_id: UUID) -> Reached | None:
    """Visit one mailbox and note how far that came; None when it is not to be read any more."""
    box = next((each for each in mailboxes_to_read() if each.id == mailbox_id), None)
    source = source_of_mailbox(mailbox_id)
    if box is None or source is None:
        return None
    reached = _visited(box, source)
    with connection.cursor() as cursor:
        cursor.execute(
            "select intake_mailbox_reached(%s, %s, %s, %s, %s)",
            [box.id, reached.place.validity, reached.place.upto, reached.taken, reached.error],
        )
    return reached


def _visited(box: ToRead, source: Source) -> Reached:
    password = reveal(box.wrapped, purpose(box.id))
    if password is None:
        return Reached(box.place, error=UNREVEALED)
    allowed = allowed_networks(current())

    def take(raw: bytes) -> None:
        try:
            take_mail(source, raw, mailbox_id=box.id)
        except (DatabaseError, LongwatchError) as error:
            raise _NotTaken("a mail was not stored and is tried again") from error

    def leave(head: bytes, reason: str) -> None:
        try:
            with transaction.atomic():
                keep_mail(source, head, reason)
        except DatabaseError as error:
            raise _NotTaken("a mail was not noted and is tried again") from error

    return visit(box.settings, password, box.place, Hands(take, leave), since=box.since, allowed=allowed)
