# SPDX-License-Identifier: Apache-2.0
"""People and things of a record in the JSON API; incidents and cases each mount them below their own noun."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.entities import selectors
from longwatch.entities.models import Mention
from longwatch.entities.schemas import MentionIn, MentionOut
from longwatch.entities.services import mentions
from longwatch.records.api_desk import Load
from longwatch.records.reference import placed
from longwatch.web.conditional import IfMatch, tag


def add_people_routes(router: Router, noun: str, load: Load) -> None:
    """Mount `/<noun>/{id}/people`."""
    here = f"/{noun}/{{uuid:record_id}}/people"

    @router.get(here, response=list[MentionOut], summary="People and things", operation_id=f"{noun}_people")
    def read(request: HttpRequest, record_id: UUID) -> list[Mention]:
        """Who and what has a part in the record."""
        record, _actor = load(request, record_id)
        return list(selectors.mentions(record.id))

    @router.post(here, response={201: MentionOut}, summary="Name a person or thing", operation_id=f"{noun}_add_person")
    def add(request: HttpRequest, record_id: UUID, payload: MentionIn, response: HttpResponse) -> Status[Any]:
        """With its part; the same part twice is one."""
        record, actor = load(request, record_id)
        values = payload.dict()
        place = placed(record, values.pop("section_id"))
        named = mentions.add_mention(place, **values, by=actor)
        tag(response, named.version)
        return Status(201, named)

    @router.delete(
        f"{here}/{{uuid:mention_id}}",
        response={204: None},
        summary="Take a person or thing out",
        operation_id=f"{noun}_end_person",
    )
    def end(request: HttpRequest, record_id: UUID, mention_id: UUID, version: IfMatch = None) -> Status[Any]:
        """The history keeps that it was named."""
        record, actor = load(request, record_id)
        mentions.end_mention(record, mention_id, by=actor, expected_version=version)
        return Status(204, None)
