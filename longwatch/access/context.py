# SPDX-License-Identifier: Apache-2.0
"""The row-security context: which account the database believes is asking, for one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from longwatch.core.actor import Actor


def set_context(actor: Actor | None) -> None:
    """Tell the database who asks until the transaction ends; nobody sees no rows.

    Must be called inside a transaction: the setting is transaction-local on purpose.
    """
    account = str(actor.id) if actor is not None else ""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('longwatch.account', %s, true)", [account])


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[Actor | None]:
    """One transaction as the actor, for jobs, commands and tests; the context before it comes back after."""
    with transaction.atomic():
        before = _context()
        set_context(actor)
        yield actor
        _restore(before)


def _context() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('longwatch.account', true), '')")
        return str(cursor.fetchone()[0])


def _restore(account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('longwatch.account', %s, true)", [account])
