# SPDX-License-Identifier: Apache-2.0
"""Requests of data subjects for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.lifecycle import subjects
from longwatch.lifecycle.models import SubjectFinding, SubjectRequest
from longwatch.lifecycle.schemas import (
    AnswerIn,
    ExtensionIn,
    FindingDecisionIn,
    SubjectFindingOut,
    SubjectRequestIn,
    SubjectRequestList,
    SubjectRequestOut,
    SubjectRequestWhole,
)
from longwatch.lifecycle.services import answering
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Life cycle"])
ALL = "/subject-requests"
ONE = "/subject-requests/{uuid:request_id}"
MOST = 100


@router.get(ALL, response=SubjectRequestList, summary="Requests of data subjects", operation_id="subject_request_list")
def list_requests(request: HttpRequest) -> dict[str, Any]:
    """Those that wait, the most urgent first; for privacy officers."""
    _officer(request)
    return {"items": list(subjects.requests(answered=False)[:MOST])}


@router.post(ALL, response={201: SubjectRequestWhole}, summary="Open a request", operation_id="subject_request_open")
def open_request(request: HttpRequest, wanted: SubjectRequestIn, response: HttpResponse) -> Status[Any]:
    """Searches at once, and asks the owners of what was found."""
    officer = _officer(request)
    row = answering.open_request(answering.Opening(**wanted.dict()), by=officer)
    response.headers["Location"] = f"/api/v1/subject-requests/{row.id}"
    tag(response, row.version)
    return Status(201, _whole(row, officer))


@router.get(ONE, response=SubjectRequestWhole, summary="A request", operation_id="subject_request_read")
def read_request(request: HttpRequest, request_id: UUID, response: HttpResponse) -> Any:
    """With what was found and decided."""
    officer = _officer(request)
    row = subjects.subject_request(request_id)
    tag(response, row.version)
    return _whole(row, officer)


@router.post(
    f"{ONE}/search", response=SubjectRequestWhole, summary="Search again", operation_id="subject_request_search"
)
def search_again(request: HttpRequest, request_id: UUID) -> Any:
    """Records that name the person since then are found too."""
    officer = _officer(request)
    answering.search_again(request_id, by=officer)
    return _whole(subjects.subject_request(request_id), officer)


@router.post(f"{ONE}/extension", response=SubjectRequestOut, summary="Extend", operation_id="subject_request_extend")
def extend(
    request: HttpRequest, request_id: UUID, wanted: ExtensionIn, response: HttpResponse, version: IfMatch = None
) -> SubjectRequest:
    """Once, up to three months in all (GDPR art. 12(3))."""
    row = answering.extend(
        request_id, until=wanted.until, reason=wanted.reason, by=_officer(request), expected_version=version
    )
    tag(response, row.version)
    return row


@router.post(f"{ONE}/answer", response=SubjectRequestOut, summary="Answer", operation_id="subject_request_answer")
def answer(
    request: HttpRequest, request_id: UUID, wanted: AnswerIn, response: HttpResponse, version: IfMatch = None
) -> SubjectRequest:
    """Closes it; refused (409) while something that was found waits for a decision."""
    row = answering.answer(
        request_id, answer=wanted.answer, note=wanted.note, by=_officer(request), expected_version=version
    )
    tag(response, row.version)
    return row


@router.post(
    "/subject-findings/{uuid:finding_id}/decision", response=SubjectFindingOut, summary="Decide about a finding",
    operation_id="subject_finding_decide",
)  # fmt: skip
def decide(
    request: HttpRequest, finding_id: UUID, wanted: FindingDecisionIn, response: HttpResponse, version: IfMatch = None
) -> SubjectFinding:
    """For the owner of the record that names the person."""
    actor = api_actor(request)
    row = answering.decide_finding(finding_id, **wanted.dict(), by=actor, expected_version=version)
    subjects.noted([row], by=actor)
    tag(response, row.version)
    return row


def _officer(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.SUBJECT_REQUEST)


def _whole(row: SubjectRequest, by: Actor) -> dict[str, Any]:
    found = list(subjects.findings(row.id))
    subjects.noted(subjects.telling(found), by=by)
    said = {name: getattr(row, name) for name in SubjectRequestOut.model_fields}
    return said | {"findings": found}
