# SPDX-License-Identifier: Apache-2.0
"""The JSON API of cases: the case itself, who may know, findings, decisions, closure, links."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status

from longwatch.access.models import Membership
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.cases import rules, schemas, selectors
from longwatch.cases.models import Case, Decision, Finding
from longwatch.cases.selectors import CaseFilter
from longwatch.cases.sentences import CATALOGUE
from longwatch.cases.services import closure as closing
from longwatch.cases.services import decisions, findings, investigating, linking, opening, people
from longwatch.cases.services.closure import Closure
from longwatch.core.actor import Actor
from longwatch.core.paging import Page
from longwatch.entities.api_desk import add_people_routes
from longwatch.incidents.models import Incident
from longwatch.intake.models import Signal
from longwatch.records.api_desk import add_link_routes, add_task_routes, add_timeline_routes
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.schemas import LinkIn, ReasonIn
from longwatch.records.selectors import links_of
from longwatch.records.severity import SEVERITY_BY_WORD
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Cases"])
CASE = "/cases/{uuid:case_id}"
MOST = 200


def reader(request: HttpRequest) -> Actor:
    """The caller, who must be allowed to see cases at all."""
    return api_actor(request, Permission.CASE_READ)


def _seen(request: HttpRequest, case_id: UUID) -> Case:
    """The case, and that the caller came to know of it."""
    actor = reader(request)
    found = selectors.case(case_id)
    saw(RecordKind.CASE, found.id, selectors.parts_inside(found), by=actor)
    return found


def answer(response: HttpResponse, case: Case) -> Case:
    """The case as it stands now, with its ETag."""
    found = selectors.case(case.id)
    tag(response, found.version)
    return found


@router.get("/cases", response=schemas.PageOut[schemas.CaseSummary], summary="Cases that the caller is a member of")
def case_list(
    request: HttpRequest, status: str = "", type: str = "", lead: UUID | None = None, q: str = "",  # noqa: A002
    cursor: str | None = None, limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """Newest first."""
    reader(request)
    wanted = CaseFilter(statuses=(status,) if status else (), type=type, lead_id=lead, text=q[:100])
    page: Page[Case] = selectors.cases(wanted, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.post("/cases", response={201: schemas.CaseOut}, summary="Open a case")
def open_case(request: HttpRequest, payload: schemas.CaseIn, response: HttpResponse) -> Status[Case]:
    """A case in a compartment of its own; the caller is its first member."""
    actor = api_actor(request, Permission.CASE_OPEN)
    made = opening.open_case(**payload.dict(), by=actor)
    response.headers["Location"] = reverse("api:case", args=[made.id])
    return Status(201, answer(response, made))


@router.get(CASE, response=schemas.CaseOut, summary="One case", url_name="case")
def case(request: HttpRequest, case_id: UUID, response: HttpResponse) -> Case:
    """The case with its closure."""
    found = _seen(request, case_id)
    tag(response, found.version)
    return found


@router.patch(CASE, response=schemas.CaseOut, summary="Change title, type or summary")
def amend(
    request: HttpRequest, case_id: UUID, payload: schemas.CasePatch, response: HttpResponse, version: IfMatch = None
) -> Case:
    """What is left out stays; the history keeps both states."""
    actor = reader(request)
    changes = payload.dict(exclude_none=True)
    return answer(response, opening.amend_case(case_id, **changes, by=actor, expected_version=version))


@router.put(f"{CASE}/lead", response=schemas.CaseOut, summary="Name the lead")
def lead(
    request: HttpRequest, case_id: UUID, payload: schemas.LeadIn, response: HttpResponse, version: IfMatch = None
) -> Case:
    """The lead becomes a member."""
    actor = reader(request)
    named = people.name_lead(case_id, payload.account_id, by=actor, expected_version=version)
    return answer(response, named)


# Who may know.


@router.get(f"{CASE}/members", response=list[schemas.MemberOut], summary="Who may see the case, and who could")
def members(request: HttpRequest, case_id: UUID) -> list[Membership]:
    """Present and past memberships, oldest first."""
    return selectors.memberships(_seen(request, case_id).compartment_id)


@router.post(f"{CASE}/members", response={201: schemas.MemberOut}, summary="Let somebody in")
def add_member(
    request: HttpRequest, case_id: UUID, payload: schemas.MemberIn, response: HttpResponse
) -> Status[Membership]:
    """They see everything in the case from now on."""
    added = people.add_member(case_id, payload.account_id, reason=payload.reason, by=reader(request))
    tag(response, added.version)
    return Status(201, added)


@router.delete(f"{CASE}/members/{{uuid:account_id}}", response={204: None}, summary="End somebody's membership")
def remove_member(
    request: HttpRequest, case_id: UUID, account_id: UUID, reason: str, version: IfMatch = None
) -> Status[None]:
    """For them the case does not exist any more; `?reason=` is kept."""
    people.remove_member(case_id, account_id, reason=reason, by=reader(request), expected_version=version)
    return Status(204, None)


# Status: each is a resource that is made or ended.


@router.put(f"{CASE}/investigation", response=schemas.CaseOut, summary="Start the investigation")
def start(request: HttpRequest, case_id: UUID, response: HttpResponse, version: IfMatch = None) -> Case:
    """Needs a lead."""
    return answer(response, investigating.start_investigation(case_id, by=reader(request), expected_version=version))


@router.put(f"{CASE}/hold", response=schemas.CaseOut, summary="Put the case on hold")
def hold(
    request: HttpRequest, case_id: UUID, payload: schemas.HoldIn, response: HttpResponse, version: IfMatch = None
) -> Case:
    """For a reason, until somebody looks again."""
    held = investigating.hold_case(case_id, **payload.dict(), by=reader(request), expected_version=version)
    return answer(response, held)


@router.delete(f"{CASE}/hold", response=schemas.CaseOut, summary="Resume the investigation")
def resume(request: HttpRequest, case_id: UUID, response: HttpResponse, version: IfMatch = None) -> Case:
    """Work on it again."""
    return answer(response, investigating.resume_case(case_id, by=reader(request), expected_version=version))


# Findings and decisions.


@router.get(f"{CASE}/allegations", response=list[schemas.FindingOut], summary="Allegations and questions")
def allegations(request: HttpRequest, case_id: UUID) -> list[Finding]:
    """With what was found, by number."""
    return list(selectors.allegations(_seen(request, case_id).id))


@router.post(f"{CASE}/allegations", response={201: schemas.FindingOut}, summary="Add an allegation or question")
def add_allegation(
    request: HttpRequest, case_id: UUID, payload: schemas.AllegationIn, response: HttpResponse
) -> Status[Finding]:
    """It gets the next number."""
    added = findings.add_allegation(case_id, **payload.dict(), by=reader(request))
    tag(response, added.version)
    return Status(201, added)


@router.put(f"{CASE}/allegations/{{uuid:finding_id}}/finding", response=schemas.FindingOut, summary="Record a finding")
def record_finding(
    request: HttpRequest,
    case_id: UUID,
    finding_id: UUID,
    payload: schemas.FindingIn,
    response: HttpResponse,
    version: IfMatch = None,
) -> Finding:
    """An earlier finding stays in the history."""
    found = findings.record_finding(case_id, finding_id, **payload.dict(), by=reader(request), expected_version=version)
    tag(response, found.version)
    return found


@router.get(f"{CASE}/decisions", response=list[schemas.DecisionOut], summary="Decisions")
def decision_list(request: HttpRequest, case_id: UUID) -> list[Decision]:
    """Newest first."""
    return list(selectors.decisions(_seen(request, case_id).id))


@router.post(f"{CASE}/decisions", response={201: schemas.DecisionOut}, summary="Record a decision")
def record_decision(
    request: HttpRequest, case_id: UUID, payload: schemas.DecisionIn, response: HttpResponse
) -> Status[Decision]:
    """It stays open until another member approves it."""
    made = decisions.record_decision(case_id, **payload.dict(), by=reader(request))
    tag(response, made.version)
    return Status(201, made)


@router.put(
    f"{CASE}/decisions/{{uuid:decision_id}}/approval", response=schemas.DecisionOut, summary="Approve a decision"
)
def approve_decision(
    request: HttpRequest, case_id: UUID, decision_id: UUID, response: HttpResponse, version: IfMatch = None
) -> Decision:
    """By another member than who decided."""
    found = decisions.approve_decision(case_id, decision_id, by=reader(request), expected_version=version)
    tag(response, found.version)
    return found


# Closing.


@router.get(f"{CASE}/closure", response=schemas.ChecklistOut, summary="What closing still asks for")
def checklist(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """Every gap with the place to fill it, and what was sent back before."""
    found = _seen(request, case_id)
    gaps = rules.closure_gaps(selectors.facts(found))
    return {"complete": not gaps, "gaps": gaps, "refusals": list(selectors.refusals(found.id))}


@router.patch(f"{CASE}/closure", response=schemas.CaseOut, summary="Write parts of the closure")
def write_closure(
    request: HttpRequest, case_id: UUID, payload: schemas.CaseClosureIn, response: HttpResponse, version: IfMatch = None
) -> Case:
    """What is left out stays."""
    written = closing.write_closure(case_id, Closure(**payload.dict()), by=reader(request), expected_version=version)
    return answer(response, written)


@router.put(f"{CASE}/closure/request", response=schemas.CaseOut, summary="Request closure")
def request_closure(
    request: HttpRequest,
    case_id: UUID,
    response: HttpResponse,
    payload: schemas.CaseClosureIn | None = None,
    version: IfMatch = None,
) -> Case:
    """With or without last parts of the closure; refused (409) with all `gaps` while something is missing."""
    typed = Closure(**payload.dict()) if payload is not None else None
    return answer(response, closing.request_closure(case_id, typed, by=reader(request), expected_version=version))


@router.delete(f"{CASE}/closure/request", response=schemas.CaseOut, summary="Take the request back")
def withdraw_closure(
    request: HttpRequest, case_id: UUID, reason: str, response: HttpResponse, version: IfMatch = None
) -> Case:
    """For a `?reason=`."""
    taken = closing.withdraw_closure(case_id, reason=reason, by=reader(request), expected_version=version)
    return answer(response, taken)


@router.put(f"{CASE}/closure/approval", response=schemas.CaseOut, summary="Approve the closure")
def approve_closure(request: HttpRequest, case_id: UUID, response: HttpResponse, version: IfMatch = None) -> Case:
    """As a second person; of two who approve at once one is refused (409)."""
    return answer(response, closing.approve_closure(case_id, by=reader(request), expected_version=version))


@router.post(f"{CASE}/closure/refusals", response={201: schemas.CaseOut}, summary="Send the closure back")
def refuse_closure(
    request: HttpRequest, case_id: UUID, payload: schemas.ReasonsIn, response: HttpResponse, version: IfMatch = None
) -> Status[Case]:
    """As a second person, with reasons that are kept."""
    back = closing.refuse_closure(case_id, reasons=payload.reasons, by=reader(request), expected_version=version)
    return Status(201, answer(response, back))


@router.post(f"{CASE}/reopening", response=schemas.CaseOut, summary="Reopen the case")
def reopen(
    request: HttpRequest, case_id: UUID, payload: ReasonIn, response: HttpResponse, version: IfMatch = None
) -> Case:
    """For a reason."""
    again = closing.reopen_case(case_id, reason=payload.reason, by=reader(request), expected_version=version)
    return answer(response, again)


@router.post(f"{CASE}/incidents", response={201: schemas.RaisedIncidentOut}, summary="Raise an incident")
def raise_incident(request: HttpRequest, case_id: UUID, payload: schemas.RaisedIncidentIn) -> Status[Incident]:
    """A new incident that does not know the case."""
    values = payload.dict() | {"severity": int(SEVERITY_BY_WORD[payload.severity])}
    return Status(201, linking.raise_incident(case_id, **values, by=reader(request)))


def _load(request: HttpRequest, record_id: UUID) -> tuple[RecordRef, Actor]:
    actor = reader(request)
    return selectors.case_ref(_seen(request, record_id)), actor


class _Ties:
    """What belongs to a case: incidents, signals and other cases."""

    def link(self, record_id: UUID, wanted: LinkIn, by: Actor) -> Link:
        if wanted.to == "incident":
            return linking.link_incident(record_id, wanted.id, reason=wanted.reason, by=by)
        if wanted.to == "case":
            kind = wanted.kind or LinkKind.RELATED
            return linking.link_case(record_id, wanted.id, kind=kind, reason=wanted.reason, by=by)
        linking.add_signals(record_id, [wanted.id], by=by)
        return links_of(record_id).get(from_id=wanted.id)

    def unlink(self, record_id: UUID, link_id: UUID, reason: str, by: Actor, version: int | None) -> Link:
        return linking.unlink(record_id, link_id, reason=reason, by=by, expected_version=version)

    def add_signals(self, record_id: UUID, signal_ids: Sequence[UUID], by: Actor) -> list[Signal]:
        return linking.add_signals(record_id, signal_ids, by=by)

    def release_signal(self, record_id: UUID, signal_id: UUID, reason: str, by: Actor, version: int | None) -> Signal:
        return linking.release_signal(record_id, signal_id, reason=reason, by=by, expected_version=version)


add_link_routes(router, "cases", _load, _Ties())
add_people_routes(router, "cases", _load)
add_timeline_routes(router, "cases", _load, CATALOGUE, decisions=False)
add_task_routes(router, "cases", _load)
