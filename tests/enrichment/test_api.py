# SPDX-License-Identifier: Apache-2.0
"""What is known, inventory and watch-lists through the JSON API."""

from datetime import timedelta

import pytest

from longwatch.core import clock
from tests.enrichment.intel_files import KEV, loaded
from tests.enrichment.services.test_inventory import TABLE, names
from tests.intake.cast_signals import make_source, send
from tests.intake.test_api import Caller
from tests.personas import Cast

ITEM = {"what": "asset", "name": "web1", "identifiers": ["host:web1"], "criticality": "high"}


@pytest.fixture
def supervisor(cast: Cast) -> Caller:
    return Caller(cast, "supervisor")


class TestEnrichment:
    def test_are_empty_before_anybody_looked(self, cast: Cast, supervisor: Caller) -> None:
        sent = send(make_source(cast), cast)
        assert supervisor.get(f"/signals/{sent.signal_id}/enrichment").json() == {"state": "", "items": []}


class TestIntelligence:
    def test_lists_what_is_loaded(self, cast: Cast) -> None:
        loaded(cast, KEV)
        [item] = Caller(cast, "administrator").get("/intelligence").json()
        assert (item["kind"], item["edition"], item["dated"]) == ("kev", "2026.01.05", "2026-01-05")


class TestInventory:
    def test_is_written_read_changed_and_taken_out(self, supervisor: Caller) -> None:
        made = supervisor.write("post", "/inventory/items", ITEM)
        assert made.status_code == 201
        place = made["Location"].removeprefix("/api/v1")
        changed = supervisor.write("patch", place, {"owner": "Ops"}, **{"If-Match": made["ETag"]})
        assert (changed.status_code, changed.json()["owner"], changed.json()["criticality"]) == (200, "Ops", "high")
        assert supervisor.write("patch", place, {"owner": "X"}, **{"If-Match": made["ETag"]}).status_code == 412
        assert supervisor.get(place).json()["owner"] == "Ops"
        assert [each["name"] for each in supervisor.get("/inventory/items", what="asset").json()["items"]] == ["web1"]
        assert supervisor.write("delete", place, {}).status_code == 204
        assert supervisor.get(place).status_code == 404

    def test_names_the_field_that_is_wrong(self, supervisor: Caller) -> None:
        answer = supervisor.write("post", "/inventory/items", ITEM | {"identifiers": ["web1"]})
        assert answer.status_code == 422
        assert "identifiers" in answer.content.decode()

    def test_takes_a_table_after_a_preview(self, cast: Cast, supervisor: Caller) -> None:
        body = {"what": "asset", "csv": TABLE}
        assert supervisor.write("post", "/inventory/imports", body | {"preview": True}).json()["added"] == 2
        assert names(cast) == []
        assert supervisor.write("post", "/inventory/imports", body).json()["added"] == 2
        assert names(cast) == ["db1", "web1"]

    def test_refuses_a_table_with_a_wrong_line(self, cast: Cast, supervisor: Caller) -> None:
        answer = supervisor.write("post", "/inventory/imports", {"what": "asset", "csv": TABLE + "x,,,,huge\n"})
        assert answer.status_code == 422
        assert "line 4" in answer.content.decode()
        assert names(cast) == []

    def test_is_read_but_not_written_by_analysts(self, cast: Cast) -> None:
        analyst = Caller(cast, "analyst")
        assert analyst.get("/inventory/items").status_code == 200
        assert analyst.write("post", "/inventory/items", ITEM).status_code == 403


class TestWatchLists:
    def test_are_made_filled_changed_and_emptied(self, cast: Cast) -> None:
        analyst = Caller(cast, "analyst")
        end = (clock.now() + timedelta(days=3)).isoformat()
        made = analyst.write(
            "post", "/watch-lists", {"name": "W", "reason": "Why", "expires_at": end, "severity": "high"}
        )
        assert (made.status_code, made.json()["severity"]) == (201, "high")
        place = made["Location"].removeprefix("/api/v1")
        entry = analyst.write("post", f"{place}/entries", {"kind": "ip", "value": "192.0.2.7"})
        assert entry.status_code == 201
        assert [each["value"] for each in analyst.get(f"{place}/entries").json()] == ["192.0.2.7"]
        assert [each["size"] for each in analyst.get("/watch-lists").json()] == [1]
        assert analyst.write("patch", place, {"reason": "Because"}).json()["reason"] == "Because"
        assert analyst.write("delete", f"{place}/entries/{entry.json()['id']}", {}).status_code == 204
        assert analyst.get(place).json()["size"] == 0

    def test_need_a_zone(self, cast: Cast) -> None:
        body = {"name": "W", "reason": "Why", "expires_at": "2026-12-31T00:00:00"}
        assert Caller(cast, "analyst").write("post", "/watch-lists", body).status_code == 422
