# SPDX-License-Identifier: Apache-2.0
"""Test signals through the JSON API."""

import pytest

from tests.intake.cast_signals import make_source
from tests.intake.test_api_triage import Api
from tests.personas import Cast

pytestmark = pytest.mark.django_db


def test_one_is_sent_listed_and_looked_for(cast: Cast) -> None:
    api, at = Api(cast, "supervisor"), f"/sources/{make_source(cast).id}/canaries"
    sent = api.call("POST", at, {})
    assert sent.status_code == 201
    canary = sent.json()
    assert (canary["way"], bool(canary["stored_at"])) == ("own", True)
    assert [each["id"] for each in api.call("GET", at).json()] == [canary["id"]]
    assert api.call("POST", f"{at}/{canary['id']}/look", {}).json()["seen_at"] is None


def test_one_for_the_front_door_says_what_to_send(cast: Cast) -> None:
    api, source = Api(cast, "supervisor"), make_source(cast)
    canary = api.call("POST", f"/sources/{source.id}/canaries", {"way": "door"}).json()
    assert canary["stored_at"] is None
    assert f"longwatch.canary.{canary['id']}" in canary["body"]
