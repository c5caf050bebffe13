# SPDX-License-Identifier: Apache-2.0
"""Legal privilege: that counsel directed the work, and the log that says what is withheld without saying it."""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Compartment, Section
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases.events import PrivilegeDescribed, PrivilegeLogExported, WorkDirected
from longwatch.cases.models import Direction, PrivilegeBasis, PrivilegeNote
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound

# Every line of the section, with who could read it when it was written.
LINES = """
select l.id, l.kind, l.at, l.author,
       (select coalesce(string_agg(a.name, '; ' order by m.granted_at, m.id), '')
          from access_membership m join access_account a on a.id = m.account_id
         where m.compartment_id = %(place)s and m.granted_at <= l.at and (m.ended_at is null or m.ended_at > l.at)),
       coalesce(n.basis, ''), coalesce(n.description, '')
  from (
    select t.id, t.kind::text as kind, t.recorded_at as at, t.author_label as author
      from records_timeline_entry t where t.compartment_id = %(place)s
    union all
    select k.id, 'task', k.created_at, coalesce(a.name, '') from records_task k
      left join access_account a on a.id = k.created_by_id where k.compartment_id = %(place)s
    union all
    select d.id, 'decision', d.recorded_at, a.name from cases_decision d
      join access_account a on a.id = d.decided_by_id where d.compartment_id = %(place)s
    union all
    select f.id, 'allegation', f.added_at, coalesce(a.name, '') from cases_finding f
      left join access_account a on a.id = f.added_by_id where f.compartment_id = %(place)s
    union all
    select x.id, 'exhibit', x.received_at, x.received_label from evidence_exhibit x where x.compartment_id = %(place)s
  ) l left join cases_privilege_note n on n.compartment_id = %(place)s and n.subject_id = l.id
 order by l.at, l.id
"""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One withheld thing, as the log tells of it."""

    number: int
    id: UUID
    kind: str
    at: datetime
    author: str
    recipients: str
    basis: str
    description: str

    @property
    def basis_word(self) -> str:
        """Why it is withheld."""
        return str(PrivilegeBasis(self.basis).label)


NEUTRAL = {
    "note": gettext_lazy("Note"),
    "update": gettext_lazy("Update"),
    "event": gettext_lazy("Record of an event"),
    "decision": gettext_lazy("Record of a decision"),
    "task": gettext_lazy("Task"),
    "allegation": gettext_lazy("Question to be answered"),
    "exhibit": gettext_lazy("File"),
}


@transaction.atomic
def direct(case_id: UUID, section_id: UUID, *, directed_on: date, matter: str, basis: str, by: Actor) -> Direction:
    """Say that counsel, who says it, directs the work in the section, since when and in which matter; again: anew."""
    place = _privileged(case_id, section_id, by)
    _refuse(directed_on, matter, basis)
    row = Direction.objects.select_for_update().filter(compartment_id=place.id).first()
    made = row or Direction(org_id=by.org_id, compartment_id=place.id, case_id=case_id)
    made.counsel_id, made.directed_on, made.matter, made.basis = by.id, directed_on, matter.strip(), basis
    event = WorkDirected(
        subject_id=made.id, record_id=case_id, compartment_id=place.id, counsel=by.label, directed_on=directed_on,
        matter=made.matter, basis=basis,
    )  # fmt: skip
    if row is None:
        return ledger.record_created(event, by=by, row=made)
    return ledger.record(event, by=by, row=made, fields=["counsel", "directed_on", "matter", "basis"])


def direction(section_id: UUID) -> Direction | None:
    """Who directs the work of a section, when somebody does and the reader is inside."""
    return Direction.objects.filter(compartment_id=section_id).select_related("counsel").first()


@transaction.atomic
def describe(
    case_id: UUID, section_id: UUID, line_id: UUID, *, basis: str, description: str, by: Actor
) -> PrivilegeNote:
    """Say, in words that give nothing away, what the log says of a line."""
    place = _privileged(case_id, section_id, by)
    if line_id not in {line.id for line in _lines(place.id, "")}:
        raise NotFound
    if basis not in PrivilegeBasis.values or not description.strip() or len(description.strip()) > 300:
        raise Invalid(_("Say it in at most 300 characters."), fields={"description": _("Describe it neutrally.")})
    row = PrivilegeNote.objects.select_for_update().filter(compartment_id=place.id, subject_id=line_id).first()
    made = row or PrivilegeNote(org_id=by.org_id, compartment_id=place.id, case_id=case_id, subject_id=line_id)
    made.basis, made.description = basis, description.strip()
    event = PrivilegeDescribed(
        subject_id=made.id, record_id=case_id, compartment_id=place.id, line_id=line_id, basis=basis,
        description=made.description,
    )  # fmt: skip
    if row is None:
        return ledger.record_created(event, by=by, row=made)
    return ledger.record(event, by=by, row=made, fields=["basis", "description"])


def privilege_log(case_id: UUID, section_id: UUID, *, by: Actor) -> list[LogLine]:
    """What is withheld: when, by whom, to whom, why, in neutral words; for counsel inside the section."""
    place = _privileged(case_id, section_id, by)
    found = direction(place.id)
    return _lines(place.id, found.basis if found else PrivilegeBasis.ADVICE)


def _lines(place_id: UUID, basis: str) -> list[LogLine]:
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"place": place_id})
        rows = cursor.fetchall()
    return [
        LogLine(number, row[0], row[1], row[2], row[3], row[4], row[5] or basis, row[6] or str(NEUTRAL[row[1]]))
        for number, row in enumerate(rows, 1)
    ]


@transaction.atomic
def export_log(case_id: UUID, section_id: UUID, *, by: Actor) -> str:
    """The log as CSV; the ledger keeps who took it and its hash."""
    lines = privilege_log(case_id, section_id, by=by)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "date", "author", "recipients", "basis", "description"])
    for line in lines:
        cells = (
            str(line.number),
            line.at.date().isoformat(),
            line.author,
            line.recipients,
            line.basis,
            line.description,
        )
        writer.writerow([_plain(cell) for cell in cells])
    content = text.getvalue()
    event = PrivilegeLogExported(
        subject_id=section_id, record_id=case_id, compartment_id=section_id, lines=len(lines),
        file_sha256=hashlib.sha256(content.encode()).hexdigest(),
    )  # fmt: skip
    ledger.append(event, by=by)
    return content


def _plain(cell: str) -> str:
    """The cell as text also for programs that take a beginning such as = for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell


def _privileged(case_id: UUID, section_id: UUID, by: Actor) -> Compartment:
    place = access_selectors.section_inside(case_id, section_id)
    if place.section != Section.PRIVILEGED:
        raise NotFound
    require(by, Permission.PRIVILEGE_WORK)
    return place


def _refuse(directed_on: date, matter: str, basis: str) -> None:
    fields = {}
    if directed_on > clock.latest_day():
        fields["directed_on"] = _("Give a day that has come.")
    if not matter.strip() or len(matter.strip()) > 300:
        fields["matter"] = _("Name the matter, in at most 300 characters.")
    if basis not in PrivilegeBasis.values:
        fields["basis"] = _("Choose why it is privileged.")
    if fields:
        raise Invalid(_("Nothing was saved; put right what is named."), fields=fields)
