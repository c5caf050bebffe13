# SPDX-License-Identifier: Apache-2.0
"""The page on which a sender's telling is set up."""

from typing import Any

import pytest
from django.db import connections
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.exchange.sync_models import LetterState, SenderSync, SyncLetter
from longwatch.intake.models import Source
from longwatch.intake.services.triage import dismiss
from longwatch.ledger.models import LedgerEntry
from tests.exchange.listener import listening
from tests.exchange.sync_material import URL, made
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast

WANTED: dict[str, Any] = {
    "url": URL, "scheme": "bearer", "secret": "t0p-secret", "call0_occasions": ["dismissed"], "call0_method": "POST",
    "call0_path": "/alerts/${raw:dedup_key}", "call0_content": "json", "call0_body": '{"status": "${status}"}',
}  # fmt: skip


def signed_in(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def page(source: Source) -> str:
    return f"/administration/sources/{source.id}/sender"


class TestPage:
    def test_saves_what_is_entered_and_never_shows_the_secret(self, cast: Cast) -> None:
        source, browser = make_source(cast), signed_in(cast)
        answer = browser.post(page(source), WANTED, follow=True)
        assert "Saved." in answer.content.decode()
        assert "t0p-secret" not in answer.content.decode()
        with acting_as(cast.supervisor):
            assert SenderSync.objects.get(source=source).url == URL

    def test_keeps_what_was_typed_when_something_is_wrong(self, cast: Cast) -> None:
        answer = signed_in(cast).post(page(make_source(cast)), WANTED | {"call0_body": "{not json"})
        assert answer.status_code == 422
        assert "{not json" in answer.content.decode()
        assert "not valid JSON" in answer.content.decode()

    def test_begins_with_a_tool(self, cast: Cast) -> None:
        shown = signed_in(cast).get(page(make_source(cast)) + "?start=elastic").content.decode()
        assert "detection_engine" in shown
        assert "kbn-xsrf" in shown

    def test_names_the_tool_again_when_the_page_is_opened_again_or_something_is_wrong(self, cast: Cast) -> None:
        source, browser = make_source(cast), signed_in(cast)
        alertmanager = WANTED | {"call0_path": "/api/v2/silences"}
        wrong = browser.post(page(source), alertmanager | {"call0_body": "{not json"}).content.decode()
        assert '<option value="alertmanager" selected>' in wrong
        browser.post(page(source), alertmanager)
        assert '<option value="alertmanager" selected>' in browser.get(page(source)).content.decode()

    def test_names_no_tool_where_the_calls_are_of_none(self, cast: Cast) -> None:
        source, browser = make_source(cast), signed_in(cast)
        browser.post(page(source), WANTED)
        shown = browser.get(page(source)).content.decode()
        tools = shown.partition('name="start"')[2].partition("</select>")[0]
        assert "Choose a tool" in tools
        assert "selected" not in tools

    def test_shows_what_would_be_sent(self, cast: Cast) -> None:
        source = make_source(cast)
        signal = send(source, cast, dedup_key="A-1").signal_id
        tried = WANTED | {"signal": str(signal), "occasion": "dismissed", "preview": "1"}
        shown = signed_in(cast).post(page(source), tried).content.decode()
        assert "POST https://kibana.example.org:5601/alerts/A-1" in shown
        assert "t0p-secret" not in shown
        with acting_as(cast.supervisor):
            assert not SenderSync.objects.filter(source=source).exists()

    def test_sends_once_when_the_ledger_has_it_and_shows_what_came_back(
        self, committed_db: Address, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # fmt: skip
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        people, told = make_cast(), list[int]()
        source = make_source(people)
        signal = send(source, people, dedup_key="A-1").signal_id
        sent = WANTED | {"signal": str(signal), "occasion": "dismissed", "send": "1"}

        def noted(_body: object) -> int:
            try:
                with acting_as(people.auditor):
                    told.append(LedgerEntry.objects.filter(action="sender_sync.tried").count())
            finally:
                connections.close_all()
            return 418

        with listening() as listener:
            listener.answers = noted
            shown = signed_in(people).post(page(source), sent | {"url": listener.server.url}).content.decode()
        assert told == [1]
        assert "It answered with status 418." in shown

    def test_pauses_resumes_and_ends(self, cast: Cast) -> None:
        source, browser = make_source(cast), signed_in(cast)
        made(cast, source)
        for act, said in (("pausing", "Told nothing for now"), ("resuming", "Pause"), ("ending", "Set it up")):
            assert said in browser.post(f"{page(source)}/{act}", follow=True).content.decode()

    def test_lists_what_was_refused_and_sends_it_again(self, cast: Cast) -> None:
        source, browser = make_source(cast), signed_in(cast)
        made(cast, source)
        signal = send(source, cast).signal_id
        with acting_as(cast.analyst):
            dismiss(signal, "benign", by=cast.analyst)
        with acting_as(cast.supervisor):
            letter = SyncLetter.objects.get(source_id=source.id)
            SyncLetter.objects.filter(id=letter.id).update(state=LetterState.REFUSED, failure="It said no.")
        assert "It said no." in browser.get(page(source)).content.decode()
        answer = browser.post(f"{page(source)}/messages/{letter.id}/resending", follow=True)
        assert "sent again" in answer.content.decode()

    def test_is_not_there_for_who_manages_no_sources(self, cast: Cast) -> None:
        assert signed_in(cast, "analyst").get(page(make_source(cast))).status_code == 404

    def test_is_led_to_from_the_source(self, cast: Cast) -> None:
        source = make_source(cast)
        assert page(source) in signed_in(cast).get(f"/administration/sources/{source.id}").content.decode()
