# SPDX-License-Identifier: Apache-2.0
"""Mailboxes of a source: setting one up, and closing it."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from longwatch import ledger
from longwatch.access.models import Organisation
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.hiding import hide
from longwatch.core.outbound import Trust
from longwatch.intake import selectors
from longwatch.intake.events import MailboxClosed, MailboxOpened
from longwatch.intake.mail_models import After, Mailbox, MailboxKind, Security, purpose
from longwatch.intake.models import Source

MOST_OPEN = 20
LAST_PORT = 65_535
LONGEST_BEFORE = 64
LONGEST = 200
LONGEST_CERTIFICATES = 20_000
# A whole address, or what stands before the @ for any domain.
ADDRESS = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}(@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,10})?")
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}|[0-9a-fA-F:]{2,45}")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@transaction.atomic
def open_address(source_id: UUID, *, address: str, by: Actor) -> Mailbox:
    """Let mails to an address of the mail listener come to a source.

    Where several organisations share the listener, what stands before the @ ends with the short name of this one: no
    other can take the address, or learn from a refusal that it is taken. Refuses (422) what is no address, and one
    that is taken.
    """
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    address = address.strip().lower()
    if not ADDRESS.fullmatch(address):
        raise _wrong({"address": "Use an address such as phishing@example.org, or what stands before the @ alone."})
    address = _own(address, source)
    _refuse_many(source_id, "address")
    row = Mailbox(org_id=by.org_id, source=source, kind=MailboxKind.ADDRESS, address=address)
    event = MailboxOpened(subject_id=row.id, source=source.name, kind=row.kind, address=address)
    try:
        with transaction.atomic():
            return ledger.record_created(event, by=by, row=row)
    except IntegrityError as error:
        raise _wrong({"address": "Mails to this address go to a source already."}) from error


@transaction.atomic
def open_mailbox(source_id: UUID, settings: Mapping[str, Any], *, password: str, by: Actor) -> Mailbox:
    """Let the mails of a mailbox be read (IMAP) and come to a source; refuses (422) what cannot be used.

    The password is hidden and never shown again.
    """
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    known = _usable(settings, password)
    _refuse_many(source_id, "host")
    address = f"{known['user']} at {known['host']}, {known['folder']}"
    row = Mailbox(org_id=by.org_id, source=source, kind=MailboxKind.IMAP, address=address, settings=known)
    row.wrapped = hide(password, purpose(row.id))
    event = MailboxOpened(subject_id=row.id, source=source.name, kind=row.kind, address=address)
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def close_mailbox(mailbox_id: UUID, *, by: Actor) -> Mailbox:
    """Let no more mails come through an address or a mailbox; doing it twice changes nothing."""
    row = Mailbox.objects.select_for_update(of=("self",)).select_related("source").filter(id=mailbox_id).first()
    if row is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    if row.closed_at is not None:
        return row
    row.closed_at = clock.now()
    event = MailboxClosed(subject_id=row.id, source=row.source.name, kind=row.kind, address=row.address)
    return ledger.record(event, by=by, row=row, fields=["closed_at"])


def ending_of(source: Source) -> str:
    """What stands before the @ ends with this, so that no other organisation can have it; empty where there is none."""
    return "" if Organisation.objects.count() == 1 else f".{source.org.slug.lower()}"


def _own(address: str, source: Source) -> str:
    """The address as no other organisation can have it; as it is where there is no other."""
    before, at, domain = address.partition("@")
    ending = ending_of(source)
    if not ending or before.endswith(ending):
        return address
    slug = source.org.slug.lower()
    if len(before) + len(slug) >= LONGEST_BEFORE:
        raise _wrong({"address": f"Use at most {LONGEST_BEFORE - 1 - len(slug)} characters before the @."})
    return f"{before}.{slug}{at}{domain}"


def _refuse_many(source_id: UUID, field: str) -> None:
    if Mailbox.objects.filter(source_id=source_id, closed_at=None).count() >= MOST_OPEN:
        raise _wrong({field: f"A source has up to {MOST_OPEN} open mailboxes. Close one first."})


def _usable(settings: Mapping[str, Any], password: str) -> dict[str, Any]:
    """What is kept of the settings; refuses wrong values with their field."""
    known: dict[str, Any] = {
        "host": str(settings.get("host", "")).strip().lower(), "port": settings.get("port") or 993,
        "security": settings.get("security") or Security.TLS, "user": str(settings.get("user", "")).strip(),
        "folder": str(settings.get("folder") or "INBOX").strip(), "after": settings.get("after") or After.SEEN,
        "move_to": str(settings.get("move_to") or "").strip(), "from_start": bool(settings.get("from_start")),
        "authorities": str(settings.get("authorities") or "").strip(),
    }  # fmt: skip
    port = known["port"]
    is_open = known["security"] == Security.NONE and known["host"] not in HERE
    checks = {
        "host": (bool(HOST.fullmatch(known["host"])), "Use the name of the mail server, such as imap.example.org."),
        "port": (isinstance(port, int) and 0 < port <= LAST_PORT, "Use 1 to 65535."),
        "security": (known["security"] in Security.values and not is_open,
                     "Without TLS the password could be read on the way. Use TLS or STARTTLS."),
        "user": (_is_word(known["user"]), f"Use up to {LONGEST} printable characters."),
        "password": (_is_word(password), f"Use up to {LONGEST} printable characters."),
        "folder": (_is_word(known["folder"]), f"Use up to {LONGEST} printable characters."),
        "after": (known["after"] in After.values, f"Use one of: {', '.join(After.values)}."),
        "move_to": (known["after"] != After.MOVE or _is_other(known["move_to"], known["folder"]),
                    "Name another folder."),
        "authorities": (_are_certificates(known["authorities"]), "This holds no certificate in the PEM form."),
    }  # fmt: skip
    if wrong := {field: sentence for field, (good, sentence) in checks.items() if not good}:
        raise _wrong(wrong)
    return known


def _is_other(folder: str, than: str) -> bool:
    return _is_word(folder) and folder != than


def _is_word(text: str) -> bool:
    return 0 < len(text) <= LONGEST and text.isprintable()


def _are_certificates(text: str) -> bool:
    if not text:
        return True
    try:
        Trust(text).context()
    except Invalid:
        return False
    return len(text) <= LONGEST_CERTIFICATES


def _wrong(fields: dict[str, str]) -> Invalid:
    return Invalid("The mailbox cannot be set up like this.", fields=fields)
