# SPDX-License-Identifier: Apache-2.0
"""Keys of evidence locked anew by another master key."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.core.actor import system
from longwatch.evidence import keyring
from longwatch.evidence.events import KeysRewrapped

PAGE = 500
FIRST = UUID(int=0)


def rewrap_all() -> int:
    """Lock every key that another master key locks with the present one; returns how many.

    Refuses (410) when a former master key is missing; then nothing is changed.
    """
    master = keyring.master_key()
    name, done = keyring.name_of(master), dict[UUID, int]()
    with transaction.atomic(), connection.cursor() as cursor:
        for key_id, org_id, wrapped, before in _of_others(name):
            again = keyring.wrap(master, key_id, keyring.open_key(key_id, wrapped, before))
            cursor.execute("select evidence_rewrap_key(%s, %s, %s, %s)", [key_id, wrapped, again, name])
            done[org_id] = done.get(org_id, 0) + 1
        for org_id, keys in done.items():
            event = KeysRewrapped(subject_id=org_id, record_id=None, compartment_id=None, keys=keys, master=name)
            ledger.append(event, by=system(org_id, via="command line"))
    return sum(done.values())


def _of_others(name: str) -> Iterator[tuple[UUID, UUID, bytes, str]]:
    beyond = FIRST
    while True:
        with connection.cursor() as cursor:
            cursor.execute("select * from evidence_keys_of_others(%s, %s, %s)", [name, beyond, PAGE])
            page = cursor.fetchall()
        if not page:
            return
        for key_id, org_id, wrapped, master in page:
            yield key_id, org_id, bytes(wrapped), master
        beyond = page[-1][0]
