# SPDX-License-Identifier: Apache-2.0
"""What the API takes and gives about people and things in a record."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from longwatch.access.schemas import Strict
from longwatch.records.schemas import Section


class MentionIn(Strict):
    """Who or what, and its part."""

    kind: str
    value: str = Field(max_length=500)
    part: str = "involved"
    note: str = Field("", max_length=500)
    section_id: UUID | None = Section


class MentionOut(Schema):
    """A person or thing with its part in the record."""

    id: UUID
    entity_id: UUID
    kind: str
    value: str
    part: str
    note: str
    added_at: datetime
    version: int
