# SPDX-License-Identifier: Apache-2.0
"""Reads about cases; row security shows a case to its members only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case as DbCase
from django.db.models import OuterRef, Q, QuerySet, When

from longwatch.access.models import Account, Compartment, Membership, Section
from longwatch.access.roles import Permission, Role, permissions_of
from longwatch.access.sections import CORE_READERS, admits
from longwatch.access.selectors import people
from longwatch.cases.models import Case, CaseStatus, ClosureRefusal, Decision, Finding
from longwatch.cases.rules import CaseFacts
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound, Stale
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.entities.models import Mention
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef, ref_of

WITH_PEOPLE = ("lead", "opened_by", "monitoring_owner", "closure_requested_by", "closure_approved_by", "compartment")


def case(case_id: UUID) -> Case:
    """A case with its people; NotFound when it does not exist for the reader."""
    return _one(Case.objects.filter(id=case_id))


def case_by_reference(reference: str) -> Case:
    """A case by what people read aloud, in either letter case."""
    return _one(Case.objects.filter(reference=reference.upper()))


# Row security: of the core and the sections, those that the reader is inside.
PARTS = ArraySubquery(Compartment.objects.filter(record_id=OuterRef("pk")).values("id"))


def _one(found: QuerySet[Case]) -> Case:
    only = found.select_related(*WITH_PEOPLE).annotate(parts=PARTS).first()
    if only is None:
        raise NotFound
    return only


def parts_inside(found: Case) -> list[UUID]:
    """Of a case that was just read: the compartments of its core and its sections that the reader is inside."""
    parts: list[UUID] = vars(found)["parts"]
    return parts


def case_for_update(case_id: UUID, expected_version: int | None = None) -> Case:
    """A case, locked until the transaction ends; Stale when it is not the version the caller saw."""
    found = Case.objects.select_for_update().filter(id=case_id).first()
    if found is None:
        raise NotFound
    if expected_version is not None and found.version != expected_version:
        raise Stale("Somebody changed this case meanwhile. Nothing was saved; read it again first.")
    return found


def case_ref(found: Case) -> RecordRef:
    """The case as others refer to it."""
    return ref_of(found, RecordKind.CASE)


def cases_by_ids(ids: Sequence[UUID]) -> list[Case]:
    """Those of the cases that the reader may see, newest first."""
    return list(Case.objects.filter(id__in=list(ids)).select_related("lead").order_by("-opened_at", "-id"))


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; empty means all."""

    statuses: tuple[str, ...] = ()
    type: str = ""
    lead_id: UUID | None = None
    text: str = ""


UNFINISHED = tuple(status for status in CaseStatus.values if status != CaseStatus.CLOSED)


def cases(wanted: CaseFilter, *, cursor: str | None = None, limit: int = 50) -> Page[Case]:
    """A page of the cases that the reader may see, newest first."""
    found = _narrowed(Case.objects.select_related("lead", "opened_by"), wanted)
    if cursor:
        opened_at, last = _position(cursor)
        found = found.filter(Q(opened_at__lt=opened_at) | Q(opened_at=opened_at, id__lt=last))
    rows = list(found.order_by("-opened_at", "-id")[: limit + 1])
    return page_of(rows, limit, lambda row: (row.opened_at.isoformat(), str(row.id)), first=cursor is None)


def _narrowed(found: QuerySet[Case], wanted: CaseFilter) -> QuerySet[Case]:
    if wanted.statuses:
        found = found.filter(status__in=wanted.statuses)
    if wanted.type:
        found = found.filter(type=wanted.type)
    if wanted.lead_id:
        found = found.filter(lead_id=wanted.lead_id)
    if wanted.text:
        found = found.filter(Q(title__icontains=wanted.text) | Q(reference__icontains=wanted.text))
    return found


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        opened_at, last = decode_cursor(cursor, 2)
        return datetime.fromisoformat(str(opened_at)), UUID(str(last))
    except ValueError as error:
        raise Invalid(
            "The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."}
        ) from error


def allegations(case_id: UUID) -> QuerySet[Finding]:
    """The allegations and questions of a case with what was found, by number."""
    return (
        Finding.objects.filter(case_id=case_id)
        .select_related("concluded_by", "added_by", "compartment")
        .order_by("number", "added_at")
    )


def allegation_for_update(case_id: UUID, finding_id: UUID) -> Finding:
    """One of them, locked."""
    found = Finding.objects.select_for_update().filter(case_id=case_id, id=finding_id).first()
    if found is None:
        raise NotFound
    return found


def decisions(case_id: UUID) -> QuerySet[Decision]:
    """The decisions of a case, newest first."""
    people = ("decided_by", "recorded_by", "approved_by", "compartment")
    found = Decision.objects.filter(case_id=case_id).select_related(*people)
    return found.order_by("-decided_at", "-id")


def decision_for_update(case_id: UUID, decision_id: UUID) -> Decision:
    """One decision, locked."""
    found = Decision.objects.select_for_update().filter(case_id=case_id, id=decision_id).first()
    if found is None:
        raise NotFound
    return found


def refusals(case_id: UUID) -> QuerySet[ClosureRefusal]:
    """The closures that were sent back, newest first."""
    found = ClosureRefusal.objects.filter(case_id=case_id).select_related("requested_by", "refused_by")
    return found.order_by("-refused_at")


@dataclass(frozen=True, slots=True)
class Outline:
    """A case of which the reader is inside a section and not the core: no more than they must know."""

    id: UUID
    org_id: UUID
    core_id: UUID
    reference: str
    title: str
    closed: bool
    lead: str
    section_id: UUID
    section: str
    name: str

    @property
    def label(self) -> str:
        """What sort of section it is."""
        return str(Section(self.section).label)


def outlines() -> list[Outline]:
    """The sections that the reader is inside of cases that they cannot open, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("select * from cases_outlines()")
        return [Outline(*row) for row in cursor.fetchall()]


def called(case_id: UUID) -> tuple[str, str]:
    """The reference and the title of a case, as far as the reader knows them."""
    found = Case.objects.filter(id=case_id).values_list("reference", "title").first()
    if found is not None:
        return found
    outline = next((each for each in outlines() if each.id == case_id), None)
    if outline is None:
        raise NotFound
    return outline.reference, outline.title


# One statement: whom to ask is an array of names for each part of the case that the reader is outside of.
UNFINISHED_WORK = """
select (select count(*) from records_task where record_id = %(case)s and status = 'open'),
       (select json_agg(w.people) from cases_hidden_work(%(case)s) w),
       (select array_agg(f.number order by f.number) from cases_finding f
         where f.case_id = %(case)s and f.conclusion = '')
"""


def facts(found: Case) -> CaseFacts:
    """What the closing rule looks at, as the record stands for the reader."""
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED_WORK, {"case": found.id})
        open_tasks, hidden, unanswered = cursor.fetchone()
    people = json.loads(hidden) if isinstance(hidden, str) else hidden or []
    return CaseFacts(
        has_lead=found.lead_id is not None, findings=found.findings, root_cause=found.root_cause,
        actions_taken=found.actions_taken, residual_risk=found.residual_risk,
        residual_risk_rationale=found.residual_risk_rationale, remediation=found.remediation,
        lessons_learned=found.lessons_learned, prevention=found.prevention,
        monitoring_decision=found.monitoring_decision, monitoring_interval_days=found.monitoring_interval_days,
        monitoring_owner_id=found.monitoring_owner_id, monitoring_trigger=found.monitoring_trigger,
        open_tasks=open_tasks, unanswered=tuple(unanswered or ()), hidden_work=tuple(tuple(names) for names in people),
    )  # fmt: skip


def memberships(compartment_id: UUID) -> list[Membership]:
    """Who may see the case and who could, oldest first; an ended membership says when."""
    found = Membership.objects.filter(compartment_id=compartment_id)
    return list(found.select_related("account", "granted_by").order_by("granted_at", "id"))


def is_member(compartment_id: UUID, account_id: UUID) -> bool:
    """Whether the account is a named member now."""
    return Membership.objects.filter(compartment_id=compartment_id, account_id=account_id, ended_at=None).exists()


def may_read_cases(account: Account) -> bool:
    """Whether the account's roles open the core of a case at all."""
    return admits(Section.CORE, account.role_set, let_in_by=frozenset())


def may_lead(account: Account) -> bool:
    """Whether the account's roles allow leading a case."""
    return Permission.CASE_LEAD in permissions_of(account.role_set)


def _roles_with(permission: Permission) -> list[str]:
    return [str(role) for role in Role if permission in permissions_of(frozenset({role}))]


def possible_members(actor: Actor) -> QuerySet[Account]:
    """The people of the organisation whose roles open the core of a case."""
    return people(actor).filter(roles__overlap=sorted(CORE_READERS))


def possible_leads(actor: Actor) -> QuerySet[Account]:
    """The people of the organisation who may lead a case."""
    return people(actor).filter(roles__overlap=_roles_with(Permission.CASE_LEAD))


def cases_of_incident(incident_id: UUID) -> list[tuple[Link, Case]]:
    """The cases tied to an incident that the reader may see, with the ties, newest first."""
    ties = Link.objects.filter(
        Q(from_id=incident_id, to_kind=RecordKind.CASE, kind=LinkKind.HANDLED_IN)
        | Q(to_id=incident_id, from_kind=RecordKind.CASE),
        ended_at=None,
    )
    by_case = {(tie.to_id if tie.to_kind == RecordKind.CASE else tie.from_id): tie for tie in ties}
    return [(by_case[found.id], found) for found in cases_by_ids(list(by_case))] if by_case else []


def named_in(record_ids: Sequence[UUID]) -> QuerySet[Mention]:
    """The people and things that these records name, subjects first, in the order they were named."""
    found = Mention.objects.filter(record_id__in=list(record_ids), ended_at=None)
    return found.order_by(DbCase(When(part__in=["subject", "respondent"], then=0), default=1), "added_at", "id")
