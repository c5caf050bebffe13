# SPDX-License-Identifier: Apache-2.0
"""Telling people that there is something to look at: in the product, and by mail; never what it is."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from longwatch.access.models import Account
from longwatch.access.oversight import Notice, NoticeKind
from longwatch.access.roles import Role
from longwatch.access.selectors import people
from longwatch.core import clock
from longwatch.core.actor import Actor

MOST_SHOWN = 100
# Whoever has one decides about others' identity, privacy or privilege.
GUARDS = frozenset({Role.CUSTODIAN, Role.PRIVACY, Role.COUNSEL})
# Of longwatch/access/jobs.py, which imports services.
MAIL_TASK = "access.mail_notice"


def notify(accounts: Iterable[Account], kind: NoticeKind, link: str, *, by: Actor) -> list[Notice]:
    """Leave a notice with each of them, and send a mail that names no matter; when this transaction commits."""
    receivers = {account.id: account for account in accounts if account.is_active}
    rows = [Notice(org_id=by.org_id, account_id=each, kind=kind, link=link) for each in receivers]
    # Without reading them back: a notice belongs to whoever gets it.
    Notice.objects.bulk_create(rows)
    for account in receivers.values():
        app.configure_task(MAIL_TASK).defer(address=account.email)
    return rows


def tell_of_guards(account_id: UUID, roles: Iterable[str]) -> None:
    """Tell identity custodians and privacy officers when one of these roles, just given or taken, guards something."""
    if not GUARDS & set(roles):
        return
    with connection.cursor() as cursor:
        cursor.execute("select email from access_tell_of_guards(%s)", [account_id])
        for (address,) in cursor.fetchall():
            app.configure_task(MAIL_TASK).defer(address=address)


def with_role(role: str, actor: Actor) -> list[Account]:
    """The active people of the organisation who have a role."""
    return list(people(actor).filter(roles__contains=[role]))


def own_notices(actor: Actor) -> list[Notice]:
    """The actor's newest notices."""
    return list(Notice.objects.filter(account_id=actor.id).order_by("-created_at", "-id")[:MOST_SHOWN])


def read_notice(notice_id: UUID, *, by: Actor) -> str:
    """Mark one's notice as read; answers where it leads."""
    row = Notice.objects.filter(account_id=by.id, id=notice_id)
    row.filter(read_at=None).update(read_at=clock.now())
    return row.values_list("link", flat=True).first() or ""


def read_all(by: Actor) -> int:
    """Mark all of one's notices as read."""
    return Notice.objects.filter(account_id=by.id, read_at=None).update(read_at=clock.now())
