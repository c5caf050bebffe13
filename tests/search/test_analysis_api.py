# SPDX-License-Identifier: Apache-2.0
"""Analyzers through the JSON API."""

from pathlib import Path

import pytest

from longwatch.enrichment.services.analyzing import run_analysis
from tests.enrichment.cast_analyzers import a_signal, enabled, folder_of_analyzers
from tests.intake.test_api import Caller
from tests.personas import Cast


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


class TestAnalyzers:
    def test_are_set_up_and_listed_without_what_they_are_told(self, cast: Cast) -> None:
        caller = Caller(cast, "administrator")
        made = caller.write("patch", "/analyzers/Tiny", {"enabled": True, "settings": {"key": "K-7"}})
        assert (made.status_code, made.json()["enabled"], made.json()["told"]) == (200, True, ["key"])
        stale = caller.write("patch", "/analyzers/Tiny", {"hours": 2}, **{"If-Match": '"1"'})
        assert stale.status_code == 412
        listed = caller.get("/analyzers")
        assert [each["name"] for each in listed.json()] == ["Tiny"]
        assert "K-7" not in listed.content.decode()

    def test_names_what_is_missing(self, cast: Cast) -> None:
        answer = Caller(cast, "administrator").write("patch", "/analyzers/Tiny", {"enabled": True})
        assert answer.status_code == 422
        assert "key" in answer.content.decode()

    def test_tells_analysts_which_they_may_ask(self, cast: Cast) -> None:
        enabled(cast)
        assert [each["name"] for each in Caller(cast, "analyst").get("/analyzers/enabled").json()] == ["Tiny"]
        assert Caller(cast, "analyst").get("/analyzers").status_code == 404


class TestAnalyses:
    def test_are_asked_and_read(self, cast: Cast) -> None:
        enabled(cast)
        record, caller = a_signal(cast), Caller(cast, "analyst")
        place = f"/records/signal/{record.id}/analyses"
        question = {"analyzer": "Tiny", "kind": "ip", "value": "192.0.2.7", "tlp": "green"}
        asked = caller.write("post", place, question)
        assert (asked.status_code, asked.json()["state"], asked.json()["tlp"]) == (202, "waiting", "green")
        run_analysis(asked.json()["id"], cast.analyst.id)
        assert [each["state"] for each in caller.get(place).json()] == ["done"]
        one = caller.get(f"{place}/{asked.json()['id']}").json()
        assert one["artifacts"] == [{"kind": "domain", "value": "bad.example", "message": "resolved"}]
        assert "markup" in one["report"]

    def test_refuses_what_is_marked_too_strictly(self, cast: Cast) -> None:
        enabled(cast)
        record = a_signal(cast, "tlp:red")
        answer = Caller(cast, "analyst").write(
            "post", f"/records/signal/{record.id}/analyses", {"analyzer": "Tiny", "kind": "ip", "value": "192.0.2.7"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "tlp_too_strict")

    def test_are_not_there_for_others(self, cast: Cast) -> None:
        record = a_signal(cast)
        for name in ("outsider", "hr"):
            assert Caller(cast, name).get(f"/records/signal/{record.id}/analyses").status_code == 404

    def test_knows_only_analyzers_that_are_enabled(self, cast: Cast) -> None:
        record = a_signal(cast)
        answer = Caller(cast, "analyst").write(
            "post", f"/records/signal/{record.id}/analyses", {"analyzer": "Tiny", "kind": "ip", "value": "192.0.2.7"}
        )
        assert answer.status_code == 404
