# SPDX-License-Identifier: Apache-2.0
"""Keys locked anew by another master key, and keys destroyed: what they sealed is then gone, in every copy of it."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, system
from longwatch.core.words import written
from longwatch.evidence import keyring
from longwatch.evidence.events import KeyDestroyed, KeysRewrapped
from longwatch.evidence.models import EvidenceKey
from longwatch.records.final import await_holds

PAGE = 500
FIRST = UUID(int=0)


@transaction.atomic
def destroy_keys(record_id: UUID, *, compartment_id: UUID | None = None, reason: str, by: Actor) -> int:
    """Destroy the keys of a record's evidence that the actor sees, or of one compartment of it; returns how many.

    Nothing brings the content back. Exhibits, hashes and custody stay. Whoever calls this has asked whether a legal
    hold forbids it.
    """
    require(by, Permission.RETENTION_MANAGE)
    why = written(reason, "reason", "Say why this evidence is disposed of.")
    await_holds(by.org_id)
    rows = EvidenceKey.objects.select_for_update().filter(record_id=record_id, destroyed_at=None).order_by("id")
    found = list(rows.filter(compartment_id=compartment_id) if compartment_id else rows)
    for row in found:
        row.wrapped, row.master, row.destroyed_at = b"", "", clock.now()
        row.destroyed_label, row.destruction_reason = by.label, why
        event = KeyDestroyed(subject_id=row.id, record_id=record_id, compartment_id=row.compartment_id, reason=why)
        fields = ["wrapped", "master", "destroyed_at", "destroyed_label", "destruction_reason"]
        ledger.record(event, by=by, row=row, fields=fields)
    return len(found)


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
