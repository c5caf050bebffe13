# SPDX-License-Identifier: Apache-2.0
"""The pages of what is fetched for a source."""

import html
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake.models import Source
from longwatch.intake.poll_models import Poll
from tests.fixtures.little_server import little_server
from tests.fixtures.open_transactions import counting
from tests.intake.cast_signals import make_poll, make_source
from tests.intake.polling.tools import KEY, Index
from tests.intake.test_api import Caller
from tests.personas import Cast, make_cast

NEW = {
    "label": "SIEM", "kind": "elasticsearch", "url": "https://search.invalid:9200", "scheme": "key",
    "secret": "hidden-secret", "index": "logs-*", "interval_seconds": "60", "back_hours": "24",
}  # fmt: skip


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Gate")


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def url(source: Source, rest: str = "") -> str:
    return f"/administration/sources/{source.id}/fetching{rest}"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


class TestPollList:
    """Sources > Gate > Fetching"""

    def test_says_what_there_is_to_ask(self, cast: Cast, source: Source) -> None:
        assert "Nothing is fetched yet" in text(browser_of(cast).get(url(source)))

    def test_begins_fetching(self, cast: Cast, source: Source) -> None:
        browser = browser_of(cast)
        answer = browser.post(url(source), NEW | {"query": '{"term": {"event.kind": "alert"}}'})
        assert answer.status_code == 302
        with acting_as(cast.supervisor):
            poll = Poll.objects.get(source=source)
        assert (poll.settings["query"], poll.verified) == ({"term": {"event.kind": "alert"}}, True)
        page = text(browser.get(answer["Location"]))
        assert "Not asked yet" in page
        assert "hidden-secret" not in page

    def test_names_what_is_wrong_and_loses_nothing_but_the_secret(self, cast: Cast, source: Source) -> None:
        answer = browser_of(cast).post(url(source), NEW | {"url": "nowhere", "index": "", "query": "text"})
        assert answer.status_code == 422
        page = text(answer)
        assert "Enter a JSON object." in page
        assert 'value="nowhere"' in page
        assert "hidden-secret" not in page

    def test_tries_it_before_it_is_set_up(self, cast: Cast, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        index = Index()
        index.add("<b>Worm</b>", int(datetime.now(UTC).timestamp() * 1_000) - 1_000)
        with little_server(index) as server:
            answer = browser_of(cast).post(url(source), NEW | {"url": server.url, "secret": KEY, "try": "1"})
        assert answer.status_code == 200
        assert b"<b>Worm</b>" not in answer.content
        assert "“<b>Worm</b>”" in text(answer)
        assert "Enter the password, key or token again" in text(answer)
        with acting_as(cast.supervisor):
            assert not Poll.objects.filter(source=source).exists()

    def test_keeps_no_transaction_open_while_the_other_side_thinks(
        self, committed_db: Address, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        committed, index, seen = make_cast(), Index(), list[int]()
        index.add("Worm", int(datetime.now(UTC).timestamp() * 1_000) - 1_000)
        source = make_source(committed)
        with little_server(counting(committed_db, index, seen)) as server:
            poll = make_poll(source, committed, url=server.url, scheme="key", secret=KEY)
            wanted = NEW | {"url": server.url, "secret": KEY, "try": "1"}
            browser, program = browser_of(committed), Caller(committed, "supervisor")
            asked = {
                "label": "SIEM", "kind": "elasticsearch", "url": server.url, "scheme": "key", "secret": KEY,
                "settings": {"index": "logs-*"},
            }  # fmt: skip
            place = f"/sources/{source.id}/fetching"
            answers = [
                browser.post(url(source), wanted), browser.post(url(source, f"/{poll.id}"), wanted),
                program.write("post", f"{place}/trial", asked), program.write("post", f"{place}/{poll.id}/trial", {}),
            ]  # fmt: skip
        assert ["Worm" in text(each) for each in answers] == [True] * 4
        assert set(seen) == {0}

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        assert browser_of(cast, name).get(url(source)).status_code == 404


class TestPollPage:
    """Sources > Gate > Fetching > SIEM"""

    def test_says_how_far_it_is_and_what_went_wrong(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast)
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute(
                "insert into intake_poll_state (poll_id, org_id, failures, taken, errors)"
                " values (%s, %s, 3, 12345, %s)",
                [poll.id, poll.org_id, '[{"at": "2026-01-02T03:04:05+00:00", "text": "<i>It</i> refuses."}]'],
            )
        page = text(browser_of(cast).get(url(source, f"/{poll.id}")))
        assert "Fails" in page
        assert "12,345" in page
        assert "<i>It</i> refuses." in page

    def test_changes_it_and_keeps_the_secret(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, scheme="key", secret="hidden-secret")
        changed = {name: value for name, value in NEW.items() if name not in ("secret", "back_hours")}
        assert browser_of(cast).post(url(source, f"/{poll.id}"), changed | {"label": "Other"}).status_code == 302
        with acting_as(cast.supervisor):
            known = Poll.objects.get(id=poll.id)
        assert (known.label, known.wrapped) == ("Other", poll.wrapped)

    def test_pauses_goes_on_and_ends(self, cast: Cast, source: Source) -> None:
        poll, browser = make_poll(source, cast), browser_of(cast)
        page = url(source, f"/{poll.id}")
        browser.post(f"{page}/switching", {"on": "0"})
        assert "Paused" in text(browser.get(page))
        browser.post(f"{page}/switching", {"on": "1"})
        assert "Not asked yet" in text(browser.get(page))
        assert browser.post(f"{page}/closing").status_code == 302
        ended = text(browser.get(page))
        assert "Ended" in ended
        assert "Test connection" not in ended
