# SPDX-License-Identifier: Apache-2.0
"""The JSON API of what makes an incident or a case, and of what is proposed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from longwatch.access.roles import Permission
from longwatch.access.schemas import Strict
from longwatch.cases import proposing
from longwatch.cases.criteria import Criterion, Proposal
from longwatch.cases.services.criteria import Said, set_criterion
from longwatch.core.actor import Actor
from longwatch.grouping import selectors as grouping
from longwatch.incidents import selectors as incidents
from longwatch.intake import selectors as signals
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Criteria"])


class FactIn(Strict):
    """One condition."""

    fact: Annotated[str, Field(description="Such as severity, asset_criticality, category, tag or handled_before.")]
    values: list[str] = []


class CriterionIn(Strict):
    """All that a criterion is to say."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    proposes: Literal["incident", "case"]
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    conditions: list[FactIn]
    enabled: bool = True


class CriterionFactOut(Schema):
    """One condition."""

    fact: str
    values: list[str]


class CriterionOut(Schema):
    """A criterion; `shipped` where the organisation says nothing else."""

    key: str
    name: str
    proposes: str
    reason: str
    conditions: list[CriterionFactOut]
    enabled: bool
    shipped: bool
    version: int


class CriterionList(Schema):
    """All of them."""

    items: list[CriterionOut]


class ProposalOut(Schema):
    """What is proposed, by which criterion, and why."""

    proposes: str
    criterion: str
    name: str
    reason: str
    because: list[str]


class ProposalList(Schema):
    """Cases before incidents; empty where nothing is proposed."""

    items: list[ProposalOut]


@router.get("/criteria", response=CriterionList, summary="What makes an incident or a case", operation_id="criteria")
def list_criteria(request: HttpRequest) -> dict[str, Any]:
    """Those that are shipped, unless the organisation says otherwise, and its own."""
    return {"items": proposing.criteria(_reader(request))}


@router.put("/criteria/{key}", response=CriterionOut, summary="Set a criterion", operation_id="criterion_set")
def put_criterion(
    request: HttpRequest, response: HttpResponse, key: str, body: CriterionIn, version: IfMatch = None
) -> Criterion:
    """Say all that it says from now on; a shipped one keeps its key."""
    actor = _reader(request)
    row = set_criterion(key, Said(**body.dict()), expected_version=version, by=actor)
    tag(response, row.version)
    return proposing.criterion(actor, key)


@router.get(
    "/signals/{uuid:signal_id}/proposals", response=ProposalList, summary="Proposed about a signal",
    operation_id="signal_proposals",
)  # fmt: skip
def about_signal(request: HttpRequest, signal_id: UUID) -> dict[str, Any]:
    """Nothing is opened by itself."""
    actor = api_actor(request, Permission.SIGNAL_READ)
    return _told(proposing.about_signal(signals.signal(signal_id), actor))


@router.get(
    "/groups/{uuid:group_id}/proposals", response=ProposalList, summary="Proposed about a group",
    operation_id="group_proposals",
)  # fmt: skip
def about_group(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Nothing is opened by itself."""
    actor = api_actor(request, Permission.SIGNAL_READ)
    return _told(proposing.about_group(grouping.group(group_id).id, actor))


@router.get(
    "/incidents/{uuid:incident_id}/proposals", response=ProposalList, summary="Proposed about an incident",
    operation_id="incident_proposals",
)  # fmt: skip
def about_incident(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """Whether a case is proposed; nothing is opened by itself."""
    actor = _reader(request)
    return _told(proposing.about_incident(incidents.incident(incident_id), actor))


def _reader(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.INCIDENT_READ)


def _told(found: list[Proposal]) -> dict[str, Any]:
    return {
        "items": [
            {
                "proposes": each.criterion.proposes, "criterion": each.criterion.key, "name": each.criterion.name,
                "reason": each.criterion.reason, "because": list(each.because),
            }
            for each in found
        ]
    }  # fmt: skip
