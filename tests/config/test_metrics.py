# SPDX-License-Identifier: Apache-2.0
"""/metrics, and the page Health."""

import pytest
from django.test import Client

from tests.personas import Cast

TOKEN = "a-token-that-nobody-guesses"


class TestMetrics:
    """metrics"""

    def test_are_nowhere_unless_the_operator_says_for_whom(self, cast: Cast) -> None:
        assert Client().get("/metrics").status_code == 404

    def test_are_there_for_who_has_the_token(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_METRICS", TOKEN)
        assert Client().get("/metrics").status_code == 404
        assert Client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert b"longwatch_up 1\n" in answer.content
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")

    def test_are_there_for_this_machine_when_it_is_said_so(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_METRICS", "loopback")
        assert Client().get("/metrics").status_code == 200
        assert Client().get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404

    def test_are_not_given_through_a_proxy_as_to_this_machine(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_METRICS", "loopback")
        assert Client().get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


class TestHealthPage:
    """health_page"""

    def page(self, cast: Cast, name: str) -> "tuple[int, str]":
        browser = Client()
        browser.force_login(cast.accounts[name])
        answer = browser.get("/administration/health")
        return answer.status_code, answer.content.decode()

    @pytest.mark.parametrize("name", ["supervisor", "administrator"])
    def test_says_what_waits(self, cast: Cast, name: str) -> None:
        status, text = self.page(cast, name)
        assert status == 200
        assert "Signals that wait to be grouped and enriched" in text

    @pytest.mark.parametrize(("name", "sees"), [("supervisor", False), ("administrator", True)])
    def test_leads_to_the_pages_beside_it_that_are_theirs(self, cast: Cast, name: str, sees: bool) -> None:
        _status, text = self.page(cast, name)
        assert 'href="/administration/intelligence/"' in text
        assert ('href="/cases/criteria"' in text) is not sees
        assert ('href="/administration/tokens"' in text) is sees

    def test_counts_jobs_and_entries_only_where_there_is_one_organisation(self, cast: Cast) -> None:
        _status, text = self.page(cast, "administrator")
        assert "Jobs" not in text
        assert "are sealed." not in text

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        assert self.page(cast, "analyst")[0] == 404
