# SPDX-License-Identifier: Apache-2.0
"""Pages of watch-lists."""

import pytest

from longwatch.access.context import acting_as
from longwatch.enrichment import selectors
from longwatch.enrichment.services import watching
from tests.enrichment.services.test_watching import made
from tests.enrichment.test_views import browser_of, text
from tests.personas import Cast

URL = "/watch-lists"
NEW = {"name": "Heron", "reason": "Told by the police", "days": "30", "severity": "3"}


class TestWatchlists:
    def test_makes_one_and_asks_what_to_watch_for(self, cast: Cast) -> None:
        browser = browser_of(cast, "analyst")
        answer = browser.post(URL, NEW)
        assert answer.status_code == 302
        assert "Now say what to watch for." in text(browser.get(answer["Location"]))
        assert "Told by the police" in text(browser.get(URL))

    @pytest.mark.parametrize("wrong", [{"reason": ""}, {"days": "0"}, {"days": "900"}, {"name": " "}])
    def test_refuses_one_without_reason_or_end(self, cast: Cast, wrong: dict[str, str]) -> None:
        answer = browser_of(cast, "analyst").post(URL, NEW | wrong)
        assert answer.status_code == 422
        assert "There is a problem" in text(answer)

    def test_says_beside_the_name_that_it_is_taken(self, cast: Cast) -> None:
        made(cast)
        assert browser_of(cast, "analyst").post(URL, NEW).status_code == 409

    @pytest.mark.parametrize("name", ["responder", "hr", "auditor", "administrator"])
    def test_is_not_there_for_who_judges_no_signals(self, cast: Cast, name: str) -> None:
        assert browser_of(cast, name).get(URL).status_code == 404


class TestWatchlist:
    def test_watches_for_a_thing(self, cast: Cast) -> None:
        row, browser = made(cast), browser_of(cast, "analyst")
        assert browser.post(f"{URL}/{row.id}", {"kind": "ip", "value": "192.0.2.7"}).status_code == 302
        page = text(browser.get(f"{URL}/{row.id}"))
        assert "192.0.2.7 is watched for." in page

    def test_keeps_what_was_typed_when_it_is_wrong(self, cast: Cast) -> None:
        answer = browser_of(cast, "analyst").post(f"{URL}/{made(cast).id}", {"kind": "shoe", "value": "9"})
        assert answer.status_code == 422
        assert 'value="9"' in text(answer)

    def test_is_not_there_elsewhere(self, cast: Cast) -> None:
        assert browser_of(cast, "outsider").get(f"{URL}/{made(cast).id}").status_code == 404


class TestEnding:
    def test_ends_it_now(self, cast: Cast) -> None:
        row, browser = made(cast), browser_of(cast, "analyst")
        assert browser.post(f"{URL}/{row.id}/end").status_code == 302
        assert "ended" in text(browser.get(URL)).partition("<table")[2]


class TestRemoval:
    def test_takes_a_thing_off(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.analyst):
            entry = watching.watch(row.id, kind="ip", value="192.0.2.7", by=cast.analyst)
        assert browser_of(cast, "analyst").post(f"{URL}/{row.id}/entries/{entry.id}/removal").status_code == 302
        with acting_as(cast.analyst):
            assert not selectors.entries(row.id).exists()
