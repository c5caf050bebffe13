# SPDX-License-Identifier: Apache-2.0
"""Every change by API refuses a version that is not the one there (If-Match), whoever may make it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from longwatch.config.api import api
from tests.access.matrix import lines
from tests.access.matrix_words import Group, Line
from tests.access.matrix_world import World, make_world

STALE = 412
# POST below one thing that adds something new and changes nothing that is there; there is no version to compare.
ADDS = frozenset(
    {"timeline", "tasks", "people", "links", "signals", "responders", "members", "allegations", "decisions"}
    # A check of an exhibit tells how it is and changes nothing; the others begin something of their own. What becomes
    # of an exhibit afterwards (transfers, seal, opening) depends on who has it, and so asks for the version.
    | {"incidents", "exhibits", "verifications", "sections", "publications", "items", "custody-report"}
    # What is found for a person's request is added to what was.
    | {"search"}
    # Asked of analyzers, tried, or sent, by a job or at once; what is there stays as it is.
    | {"analyses", "trials", "trial", "canaries", "look", "resend", "fetch"}
    # Another connection, or another thing to watch; what is said or taught about an entity, each a row of its own.
    | {"webhooks", "fetching", "entries", "identities", "markings", "lessons"}
    # All that could not be read is read by a job, when its turn comes; of one body there is a version to compare.
    | {"{source_id}/replay", "{source}/replay"}
    # What the engine gave up is tried again; of the source nothing changes.
    | {"{source_id}/settling", "{source}/settling"}
    # An attachment that is taken out of an e-mail, by its number: a new exhibit; twice is refused.
    | {"attachments/{number}", "attachments/0"}
)


def changes(method: str, path: str) -> bool:
    """Whether an operation changes something that is there, of which a caller can have read a version."""
    if method.upper() == "POST":
        *_, before, last = path.split("/")
        return "{" in path and last not in ADDS and f"{before}/{last}" not in ADDS
    return method.upper() in ("PUT", "PATCH", "DELETE")


def undeclared(paths: dict[str, Any]) -> list[str]:
    """Changing operations whose description lacks the If-Match header or the refusal of a stale one."""
    return [
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        if changes(method, path) and not (takes_version(operation) and str(STALE) in map(str, operation["responses"]))
    ]


def takes_version(operation: dict[str, Any]) -> bool:
    """Whether the description names If-Match."""
    return any((each["in"], each["name"]) == ("header", "If-Match") for each in operation["parameters"])


# The protocol of resumable uploads compares Upload-Offset instead (tests/search/test_upload_views.py).
RESUMABLE = ("/uploads", "/uploads/{file}", "/uploads/{upload}")
ASKED = [
    (group, line)
    for group, line in lines()
    if line.by_api and changes(line.method, line.path) and not line.path.endswith(RESUMABLE)
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all lines; each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


class TestDescription:
    """/api/v1/openapi.json"""

    def test_names_the_version_wherever_something_is_changed(self) -> None:
        assert undeclared(api.get_openapi_schema()["paths"]) == []

    def test_is_seen_without_it(self) -> None:
        paths = api.get_openapi_schema()["paths"]
        planted = paths["/api/v1/incidents/{record_id}/signals/{signal_id}"]["delete"]
        planted["parameters"] = [each for each in planted["parameters"] if each["in"] != "header"]
        assert undeclared(paths) == ["DELETE /api/v1/incidents/{record_id}/signals/{signal_id}"]


@pytest.mark.parametrize(("group", "line"), ASKED, ids=[str(line) for _group, line in ASKED])
def test_a_version_that_was_never_there_is_refused(world: World, group: Group, line: Line) -> None:
    persona = min(group.allowed - {"outsider"})
    assert world.status(persona, line.method, line.path, line.body, **{"If-Match": '"1"'}) == STALE
