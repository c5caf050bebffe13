# SPDX-License-Identifier: Apache-2.0
"""The exhibits of a record as its six answers tell of them, in one statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.evidence.numbering import mark_of
from longwatch.records.briefing_facts import ExhibitFact

MOST_EXHIBITS = 10

# What came with the record's signals is evidence too; the record's own stands first.
EXHIBITS = """
with places as materialized (
  select %(record)s::uuid as id union all
  (select from_id from records_link
    where to_id = %(record)s and from_kind = 'signal' and ended_at is null and %(signals)s limit 1001)),
found as materialized (
  select e.* from evidence_exhibit e where e.record_id = any (array(select id from places)) limit 1001)
select f.id, k.section, f.number, f.name, f.size, f.sha256, f.received_label, f.received_at, f.record_kind = 'signal',
       f.record_kind = 'signal' and f.received_by_id is null
         and f.received_at = date_trunc('day', f.received_at, 'UTC'),
       f.withdrawn_label, f.withdrawn_at, f.withdrawal_reason,
       (select count(*) from evidence_custody_event c where c.exhibit_id = f.id and c.kind = 'viewed'),
       (select count(*) from evidence_custody_event c where c.exhibit_id = f.id and c.kind = 'downloaded'),
       (select count(*) from evidence_custody_event c where c.exhibit_id = f.id and c.kind = 'exported'),
       (select count(*) from found)
  from (select * from found order by record_kind = 'signal', compartment_id, number, received_at limit %(most)s) f
  left join access_compartment k on k.id = f.compartment_id and f.record_kind = 'case'
 order by f.record_kind = 'signal', f.compartment_id, f.number, f.received_at
"""


def exhibit_facts(record_id: UUID, *, by: Actor) -> tuple[Sequence[ExhibitFact], int]:
    """The first exhibits of the record and of its signals, and how many there are (counted to 1,001).

    None without the permission to read evidence, and none of signals without that to read signals.
    """
    if not by.may(Permission.EVIDENCE_READ):
        return [], 0
    parameters: dict[str, Any] = {"record": record_id, "most": MOST_EXHIBITS, "signals": by.may(Permission.SIGNAL_READ)}
    with connection.cursor() as cursor:
        cursor.execute(EXHIBITS, parameters)
        rows = cursor.fetchall()
    return [_fact(row) for row in rows], rows[0][16] if rows else 0


def _fact(row: Sequence[object]) -> ExhibitFact:
    names = (
        "name", "size", "sha256", "received_by", "received_at", "of_signal", "only_day_known", "withdrawn_by",
        "withdrawn_at", "withdrawal_reason", "viewed", "downloaded", "exported",
    )  # fmt: skip
    values = dict(zip(names, row[3:16], strict=True))
    number = mark_of(str(row[1] or ""), int(str(row[2])))
    return ExhibitFact(url=reverse("evidence:file", args=[row[0]]), number=number, **values)  # type: ignore[arg-type]
