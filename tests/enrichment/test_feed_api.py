# SPDX-License-Identifier: Apache-2.0
"""Feeds through the JSON API."""

from typing import Any

import pytest

from tests.enrichment.feeds.sides import MispFolder
from tests.fixtures.little_server import little_server
from tests.intake.test_api import Caller
from tests.personas import Cast

NEW: dict[str, Any] = {
    "label": "OSINT", "kind": "taxii", "url": "https://feed.invalid/taxii2", "scheme": "basic", "user": "reader",
    "secret": "hidden-secret", "settings": {"collection": "Ours"},
}  # fmt: skip


def test_sets_up_shows_changes_fetches_and_ends(cast: Cast) -> None:
    caller = Caller(cast, "supervisor")
    made = caller.write("post", "/feeds", NEW)
    assert made.status_code == 201
    assert "hidden-secret" not in made.content.decode()
    one = f"/feeds/{made.json()['id']}"
    assert made["Location"] == f"/api/v1{one}"
    shown = caller.get(one)
    assert (shown.json()["progress"]["state"], shown["ETag"]) == ("waiting", f'"{made.json()["version"]}"')
    changed = caller.write("patch", one, {"interval_seconds": 900}, **{"If-Match": shown["ETag"]})
    assert (changed.status_code, changed.json()["interval_seconds"], changed.json()["user"]) == (200, 900, "reader")
    assert caller.write("patch", one, {"enabled": False}, **{"If-Match": shown["ETag"]}).status_code == 412
    assert caller.write("post", f"{one}/fetch", {}).status_code == 200
    assert caller.write("delete", one, {}).json()["closed_at"]
    assert caller.write("post", f"{one}/fetch", {}).status_code == 409
    assert [each["id"] for each in caller.get("/feeds").json()] == [made.json()["id"]]


def test_names_what_is_wrong(cast: Cast) -> None:
    answer = Caller(cast, "supervisor").write("post", "/feeds", NEW | {"url": "nowhere", "settings": {"days": -1}})
    assert (answer.status_code, {each["field"] for each in answer.json()["errors"]}) == (422, {"url", "days"})


def test_tries_what_is_set_and_what_could_be(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    caller, side = Caller(cast, "supervisor"), MispFolder()
    side.put(1, "203.0.113.1")
    with little_server(side) as server:
        wanted = {"label": "OSINT", "kind": "misp_feed", "url": server.url}
        assert caller.write("post", "/feeds/trial", wanted).json()["works"] is True
        made = caller.write("post", "/feeds", wanted).json()
        assert caller.write("post", f"/feeds/{made['id']}/trial", {}).json()["works"] is True
    told = caller.write("post", f"/feeds/{made['id']}/trial", {}).json()
    assert (told["works"], "refuses connections" in told["sentence"]) == (False, True)
