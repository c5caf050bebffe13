# SPDX-License-Identifier: Apache-2.0
"""A request of the person whom the closed case is about."""

from datetime import date
from typing import Any

from longwatch.access.context import acting_as
from longwatch.lifecycle import subjects
from longwatch.lifecycle.models import SubjectFinding, SubjectRequest
from longwatch.lifecycle.services.answering import Opening, open_request
from tests.lifecycle.closed import PERSON
from tests.personas import Cast

CAME = date(2026, 1, 31)


def a_request(cast: Cast, kind: str = "access", person: str = PERSON, **more: Any) -> SubjectRequest:
    """Opened by the privacy officer."""
    opening = Opening(kind=kind, person=person, asker="Himself", identity_check="Passport", received_on=CAME, **more)
    with acting_as(cast.privacy):
        return open_request(opening, by=cast.privacy)


def found(cast: Cast, row: SubjectRequest) -> list[SubjectFinding]:
    """What was found, as the privacy officer sees it."""
    with acting_as(cast.privacy):
        return list(subjects.findings(row.id))
