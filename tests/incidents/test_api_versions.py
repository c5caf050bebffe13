# SPDX-License-Identifier: Apache-2.0
"""What hangs on an incident is changed only in the version that was read (If-Match)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.incidents.cast_incidents import opened
from tests.incidents.test_api import Caller
from tests.personas import Cast


def task(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    made = call("POST", f"{here}/tasks", {"title": "Call"})
    return f"{here}/tasks/{made.json()['id']}", made["ETag"]


def finished(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    one, _etag = task(call, here, cast)
    return one, call("POST", f"{one}/completion", {})["ETag"]


def entry(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    made = call("POST", f"{here}/timeline", {"text": "Alarm"})
    return f"{here}/timeline/{made.json()['id']}", made["ETag"]


def pinned(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    one, _etag = entry(call, here, cast)
    return one, call("PUT", f"{one}/pin")["ETag"]


def person(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    made = call("POST", f"{here}/people", {"kind": "person", "value": "Jo", "part": "witness"})
    return f"{here}/people/{made.json()['id']}", made["ETag"]


def tie(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    made = call("POST", f"{here}/links", {"to": "incident", "id": str(opened(cast).id), "reason": "Same man"})
    return f"{here}/links/{made.json()['id']}", made["ETag"]


def responder(call: Caller, here: str, cast: Cast) -> tuple[str, str]:
    made = call("POST", f"{here}/responders", {"account_id": str(cast.responder.id), "role": "scribe"})
    return f"{here}/responders/{made.json()['id']}", made["ETag"]


class TestIfMatch:
    """If-Match below an incident"""

    @pytest.mark.parametrize(
        ("make", "method", "sub", "data"),
        [
            (task, "PUT", "/assignment", {"owner_id": None}),
            (task, "POST", "/completion", {}),
            (task, "POST", "/waiver", {"reason": "Not ours"}),
            (finished, "POST", "/reopening", None),
            (entry, "PUT", "/pin", None),
            (pinned, "DELETE", "/pin", None),
            (entry, "POST", "/correction", {"text": "Silent alarm"}),
            (person, "DELETE", "", None),
            (tie, "DELETE", "", None),
            (responder, "DELETE", "", None),
        ],
    )
    def test_refuses_another_version_and_takes_the_one_that_was_read(
        self, cast: Cast, make: Callable[..., tuple[str, str]], method: str, sub: str, data: Any
    ) -> None:
        call = Caller(cast, "analyst")
        one, etag = make(call, f"/{opened(cast).id}", cast)
        stale = call(method, one + sub, data, If_Match='"1"')
        assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json")
        assert stale.json()["code"] == "stale"
        # Had the refusal changed anything, the version that was read would be old now.
        right = call(method, one + sub, data, If_Match=etag)
        assert right.status_code in (200, 201, 204), right.content
        if right.content:
            assert right["ETag"] == f'"{right.json()["version"]}"' != etag

    def test_finds_the_version_in_every_list(self, cast: Cast) -> None:
        call = Caller(cast, "analyst")
        here = f"/{opened(cast).id}"
        for make, path in ((task, "tasks"), (entry, "timeline"), (person, "people"), (tie, "links")):
            _one, etag = make(call, here, cast)
            listed = call("GET", f"{here}/{path}").json()
            rows = listed if isinstance(listed, list) else listed["items"]
            assert etag in {f'"{row["version"]}"' for row in rows}, path
