# SPDX-License-Identifier: Apache-2.0
"""Fetching through the JSON API."""

from typing import Any

import pytest

from longwatch.intake.models import Source
from tests.fixtures.little_server import little_server
from tests.intake.cast_signals import make_source
from tests.intake.polling.tools import KEY, Index
from tests.intake.test_api import Caller
from tests.personas import Cast

NEW: dict[str, Any] = {
    "label": "SIEM", "kind": "opensearch", "url": "https://search.invalid", "scheme": "basic", "user": "reader",
    "secret": "hidden-secret", "settings": {"index": "logs-*"},
}  # fmt: skip


@pytest.fixture
def path(cast: Cast) -> str:
    source: Source = make_source(cast)
    return f"/sources/{source.id}/fetching"


def test_sets_up_shows_changes_and_ends(cast: Cast, path: str) -> None:
    caller = Caller(cast, "supervisor")
    made = caller.write("post", path, NEW)
    assert made.status_code == 201
    assert "hidden-secret" not in made.content.decode()
    one = f"{path}/{made.json()['id']}"
    shown = caller.get(one)
    assert (shown.json()["progress"]["state"], shown["ETag"]) == ("waiting", f'"{made.json()["version"]}"')
    changed = caller.write("patch", one, {"interval_seconds": 300}, **{"If-Match": shown["ETag"]})
    assert (changed.status_code, changed.json()["interval_seconds"], changed.json()["user"]) == (200, 300, "reader")
    assert caller.write("patch", one, {"enabled": False}, **{"If-Match": shown["ETag"]}).status_code == 412
    assert caller.write("delete", one, {}).json()["closed_at"]
    assert caller.write("patch", one, {"enabled": True}).status_code == 409
    assert [each["id"] for each in caller.get(path).json()] == [made.json()["id"]]


def test_names_what_is_wrong(cast: Cast, path: str) -> None:
    answer = Caller(cast, "supervisor").write("post", path, NEW | {"url": "nowhere", "settings": {}})
    assert (answer.status_code, {each["field"] for each in answer.json()["errors"]}) == (422, {"url", "index"})


def test_tries_what_is_set_and_what_could_be(cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    caller = Caller(cast, "supervisor")
    with little_server(Index()) as server:
        wanted = NEW | {"url": server.url, "scheme": "key", "secret": KEY}
        assert caller.write("post", f"{path}/trial", wanted).json()["works"] is True
        made = caller.write("post", path, wanted).json()
        assert caller.write("post", f"{path}/{made['id']}/trial", {}).json()["works"] is True
    told = caller.write("post", f"{path}/{made['id']}/trial", {}).json()
    assert (told["works"], "refuses connections" in told["sentence"]) == (False, True)
