# SPDX-License-Identifier: Apache-2.0
"""The six questions as the API gives them."""

from datetime import datetime
from uuid import UUID

from ninja import Schema


class FactOut(Schema):
    """A name and its value."""

    name: str
    value: str


class SubjectOut(Schema):
    """The record."""

    id: UUID
    kind: str
    reference: str
    title: str
    url: str
    marking: str
    severity: int | None
    status: str
    facts: list[FactOut]


class StatementOut(Schema):
    """One sentence; `weight` is fact, lead, gap (to be seen to) or unknown (not recorded).

    With `only_day` no time of day is kept of the moment.
    """

    text: str
    person: str
    at: datetime | None
    only_day: bool
    note: str
    raw: str
    url: str
    weight: str


class SectionOut(Schema):
    """One question; `known` is false when nothing is recorded, `more` says what was left out."""

    key: str
    question: str
    known: bool
    statements: list[StatementOut]
    more: str


class BriefingOut(Schema):
    """Six answers as the caller may see them at `as_of`."""

    record: SubjectOut
    as_of: datetime
    viewer: str
    time_zone: str
    sections: list[SectionOut]
