# SPDX-License-Identifier: Apache-2.0
"""Analyzers through the JSON API: what they are set up to, asking them about a record's things, their answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.enrichment import analyses
from longwatch.enrichment.analysis_models import Analysis, AnalyzerSetup
from longwatch.enrichment.services.analyzers import Allowed, set_up
from longwatch.enrichment.services.analyzing import Asked, ask
from longwatch.records.reference import RecordRef, placed
from longwatch.search.records_directory import record_ref
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Enrichment"])
OF_RECORD = "/records/{kind}/{uuid:record_id}/analyses"


class AnalyzerOut(Schema):
    """An analyzer: what its files say, what it may do, how it did. Of its settings only the names are told."""

    name: str
    version: str
    data_types: list[str]
    settings: list[str]
    told: list[str]
    enabled: bool
    network: bool
    max_tlp: int
    max_pap: int
    seconds: int
    megabytes: int
    hours: int
    asked: int
    failed: int
    last_at: datetime | None
    last_failure: str
    version_of_setup: int


class UsableOut(Schema):
    """An analyzer that may be asked."""

    name: str
    version: str
    data_types: list[str]
    network: bool
    max_tlp: int
    max_pap: int


class AnalyzerIn(Schema, extra="forbid"):
    """What an analyzer may do, and what it is told. What is left out stays; a setting that is null is taken away."""

    enabled: bool | None = None
    network: bool | None = None
    max_tlp: int | None = Field(None, ge=0, le=3)
    max_pap: int | None = Field(None, ge=0, le=3)
    seconds: int | None = Field(None, ge=1, le=600)
    megabytes: int | None = Field(None, ge=64, le=16_384)
    hours: int | None = Field(None, ge=0, le=8_760)
    settings: dict[str, str | None] = Field({}, max_length=100)


class QuestionIn(Schema, extra="forbid"):
    """What to ask about. Marks left out are those of the record, else amber; they may be stricter, never freer."""

    analyzer: str = Field(max_length=120)
    kind: str = Field(max_length=20)
    value: str = Field(max_length=500)
    tlp: Literal["", "clear", "green", "amber", "amber+strict", "red"] = ""
    pap: Literal["", "clear", "green", "amber", "red"] = ""
    section_id: UUID | None = None
    again: bool = False


class ArtifactOut(Schema):
    """Something that an answer proposes to look at."""

    kind: str
    value: str
    message: str


class AnalysisLineOut(Schema):
    """A line of the short report: malicious, suspicious, info or safe, and its words."""

    level: str
    words: str


class AnalysisOut(Schema):
    """A question and its answer, so far. It proposes; nothing of the record changed."""

    id: UUID
    record_kind: str
    record_id: UUID
    analyzer: str
    analyzer_version: str
    kind: str
    value: str
    tlp: str
    pap: str
    state: str
    failure: str
    error: str
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    summary: list[AnalysisLineOut]
    artifacts: list[ArtifactOut]


class ReportOut(AnalysisOut):
    """The same with the long report, as text."""

    report: str


@router.get("/analyzers", response=list[AnalyzerOut], summary="Analyzers, for who administers them")
def analyzer_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that lie in the folder or are set up; nothing of what they were asked."""
    _found, rows = analyses.listed(api_actor(request, Permission.ACCOUNT_ADMINISTER))
    return [_analyzer(each) for each in rows]


@router.get("/analyzers/enabled", response=list[UsableOut], summary="Analyzers that may be asked")
def enabled(request: HttpRequest) -> list[dict[str, Any]]:
    """What each takes, and how strictly marked things it may be told: 0 clear, 1 green, 2 amber, 3 red."""
    rows = analyses.usable(api_actor(request, Permission.ENTITY_READ))
    return [
        {
            "name": each.setup.name, "version": each.description.version,
            "data_types": list(each.description.data_types), "network": each.setup.network,
            "max_tlp": each.setup.max_tlp, "max_pap": each.setup.max_pap,
        }
        for each in rows
    ]  # fmt: skip


@router.patch("/analyzers/{name}", response=AnalyzerOut, summary="Set an analyzer up")
def set_analyzer_up(
    request: HttpRequest, response: HttpResponse, name: str, payload: AnalyzerIn, version: IfMatch = None
) -> dict[str, Any]:
    """What it is told is kept hidden and never told again. It is enabled only with all that it needs."""
    actor = api_actor(request, Permission.ACCOUNT_ADMINISTER)
    given = payload.dict()
    settings = given.pop("settings")
    row = set_up(name, Allowed(**given), settings, expected_version=version, by=actor)
    tag(response, row.version)
    return _analyzer(analyses.one(actor, name))


@router.get(OF_RECORD, response=list[AnalysisOut], summary="What analyzers answered about a record's things")
def analysis_list(request: HttpRequest, kind: str, record_id: UUID) -> Sequence[Analysis]:
    """The newest hundred: from the record, from signals that belong to it, and about the same things beside it."""
    return analyses.of_record(_record(request, kind, record_id)[0])


@router.post(OF_RECORD, response={202: AnalysisOut}, summary="Ask an analyzer")
def ask_analyzer(request: HttpRequest, kind: str, record_id: UUID, payload: QuestionIn) -> Status[Analysis]:
    """A job asks; read the answer later. An answer that still holds is given at once, unless asked `again`."""
    record, actor = _record(request, kind, record_id)
    setup = AnalyzerSetup.objects.filter(org_id=actor.org_id, name=payload.analyzer).first()
    place = placed(record, payload.section_id)
    asked = Asked(payload.kind, payload.value, payload.tlp, payload.pap)
    return Status(202, ask(place, setup.id if setup else record.id, asked, again=payload.again, by=actor))


@router.get(OF_RECORD + "/{uuid:analysis_id}", response=ReportOut, summary="One answer with its report")
def one_analysis(request: HttpRequest, kind: str, record_id: UUID, analysis_id: UUID) -> Analysis:
    """The report is text, whatever markup an analyzer put into it."""
    return analyses.one_of(_record(request, kind, record_id)[0], analysis_id)


def _record(request: HttpRequest, kind: str, record_id: UUID) -> tuple[RecordRef, Actor]:
    return record_ref(kind, record_id, api_actor(request))


def _analyzer(row: analyses.Listed) -> dict[str, Any]:
    setup = row.setup or AnalyzerSetup(name=row.name)
    description = row.description
    return {
        "name": row.name, "version": description.version if description else "",
        "data_types": list(description.data_types) if description else [],
        "settings": [each.name for each in description.settings] if description else [], "told": setup.told,
        "enabled": setup.enabled, "network": setup.network, "max_tlp": setup.max_tlp, "max_pap": setup.max_pap,
        "seconds": setup.seconds, "megabytes": setup.megabytes, "hours": setup.hours, "asked": row.ran.asked,
        "failed": row.ran.failed, "last_at": row.ran.last_at, "last_failure": row.ran.last_failure,
        "version_of_setup": setup.version,
    }  # fmt: skip
