# SPDX-License-Identifier: Apache-2.0
"""What hangs on a case is changed only in the version that was read (If-Match)."""

from collections.abc import Callable
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from tests.cases.material import an_incident
from tests.cases.test_api import Api, api
from tests.personas import Cast

__all__ = ["api"]
Posted = Callable[[str, Any], Any]
Made = tuple[str, str]


def task(post: Posted, cast: Cast) -> Made:
    made = post("/tasks", {"title": "Call"})
    return f"/tasks/{made.json()['id']}", made["ETag"]


def entry(post: Posted, cast: Cast) -> Made:
    made = post("/timeline", {"kind": "note", "text": "He called"})
    return f"/timeline/{made.json()['id']}", made["ETag"]


def person(post: Posted, cast: Cast) -> Made:
    made = post("/people", {"kind": "person", "value": "Jo"})
    return f"/people/{made.json()['id']}", made["ETag"]


def tie(post: Posted, cast: Cast) -> Made:
    with acting_as(cast.analyst):
        incident = an_incident(cast)
    made = post("/links", {"to": "incident", "id": str(incident.id), "reason": "Same man"})
    return f"/links/{made.json()['id']}", made["ETag"]


def member(post: Posted, cast: Cast) -> Made:
    made = post("/members", {"account_id": str(cast.hr.id), "reason": "Knows him"})
    return f"/members/{cast.hr.id}", made["ETag"]


def allegation(post: Posted, cast: Cast) -> Made:
    made = post("/allegations", {"text": "Did he take it?"})
    return f"/allegations/{made.json()['id']}", made["ETag"]


def decision(post: Posted, cast: Cast) -> Made:
    made = post("/decisions", {"what": "Suspend", "why": "Risk", "alternatives": "Nothing", "decided_by_id": None})
    return f"/decisions/{made.json()['id']}", made["ETag"]


class TestIfMatch:
    """If-Match below a case"""

    @pytest.mark.parametrize(
        ("make", "who", "method", "sub", "data"),
        [
            (task, "lead", "put", "/assignment", {"owner_id": None}),
            (task, "lead", "post", "/completion", {}),
            (task, "lead", "post", "/waiver", {"reason": "Not ours"}),
            (entry, "lead", "post", "/correction", {"text": "She called"}),
            (entry, "lead", "put", "/pin", None),
            (person, "lead", "delete", "", None),
            (tie, "lead", "delete", "?reason=Another%20man", None),
            (member, "lead", "delete", "?reason=Done", None),
            (allegation, "lead", "put", "/finding", {"conclusion": "substantiated", "reasoning": "Seen"}),
            (decision, "supervisor", "put", "/approval", None),
        ],
    )
    def test_refuses_another_version_and_takes_the_one_that_was_read(
        self, cast: Cast, case: Case, api: Api, make: Callable[..., Made], who: str, method: str, sub: str, data: Any
    ) -> None:
        here = f"/cases/{case.id}"
        one, etag = make(lambda path, body: api("lead", "post", here + path, body), cast)
        stale = api(who, method, f"{here}{one}{sub}", data, **{"If-Match": '"1"'})
        assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json"), stale.content
        # Had the refusal changed anything, the version that was read would be old now.
        right = api(who, method, f"{here}{one}{sub}", data, **{"If-Match": etag})
        assert right.status_code in (200, 201, 204), right.content
        if right.content:
            assert right["ETag"] == f'"{right.json()["version"]}"' != etag
