# SPDX-License-Identifier: Apache-2.0
"""Every POST by API does its work once for an Idempotency-Key."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.matrix import lines
from tests.access.matrix_words import Group, Line
from tests.access.matrix_world import World, make_world

# Answered before Django (tests/intake/test_fast.py), and secrets that are kept nowhere (tests/web/test_repeating.py).
ELSEWHERE = frozenset({
    "/api/v1/signals", "/api/v1/signals/bulk",
    "/api/v1/tokens", "/api/v1/webhooks", "/api/v1/sources/{source}/webhooks",
})  # fmt: skip
# The protocol of resumable uploads has headers of its own (tests/search/test_upload_views.py).
RESUMABLE = ("/uploads", "/uploads/{file}")
POSTED = [(group, line) for group, line in lines() if line.by_api and line.method == "POST"]
ASKED = [(group, line) for group, line in POSTED if line.path not in ELSEWHERE and not line.path.endswith(RESUMABLE)]
# Refused as the world of the matrix stands (nothing waits or is closed, a year far away, no e-mail); a refusal is not
# kept.
WRONG_MOMENT = frozenset({
    "closure/refusals", "reopening", "snooze", "seal/opening", "attachments/0",
    # Of these, with an offer that waits, below.
    "transfers/receipt", "transfers/refusal", "transfers/taking-back",
})  # fmt: skip
OFFER = "/api/v1/exhibits/{file}/transfers"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all lines; each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def twice(world: World, persona: str, line: Line) -> tuple[Any, Any]:
    """The answers to the same request with the same key; nothing of it stays."""
    address, body = world.filled(line.path), world.filled(line.body)
    with transaction.atomic():
        first, second = (
            world.by_api(persona, line.method, address, body, {"Idempotency-Key": "again"}) for _ in range(2)
        )
        transaction.set_rollback(True)
    return first, second


@pytest.mark.parametrize(("group", "line"), ASKED, ids=[str(line) for _group, line in ASKED])
def test_the_second_time_is_the_first_answer_again(world: World, group: Group, line: Line) -> None:
    persona = min(group.allowed - {"outsider"})
    first, second = twice(world, persona, line)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    done = first.status_code < 300
    assert second.has_header("Idempotency-Replayed") is done
    assert {name: first.headers.get(name) for name in ("Location", "ETag")} == {
        name: second.headers.get(name) for name in ("Location", "ETag")
    }
    assert done or line.path.endswith(tuple(WRONG_MOMENT)), first.content


@pytest.mark.parametrize(
    ("persona", "ending", "body"),
    [
        ("responder", "receipt", {"condition": "dry"}),
        ("responder", "refusal", {"reason": "Wet"}),
        ("analyst", "taking-back", {"reason": "Later"}),
    ],
)
def test_an_offer_is_answered_once(world: World, persona: str, ending: str, body: dict[str, str]) -> None:
    with transaction.atomic():
        offer = {"receiver_id": "{responder}", "reason": "Image it"}
        offered = world.by_api("analyst", "POST", world.filled(OFFER), world.filled(offer), {"If-Match": "*"})
        first, second = twice(world, persona, Line("POST", f"{OFFER}/{ending}", body))
        transaction.set_rollback(True)
    assert (offered.status_code, first.status_code) == (201, 201)
    assert (first.content, second.has_header("Idempotency-Replayed")) == (second.content, True)
