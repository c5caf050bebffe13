# SPDX-License-Identifier: Apache-2.0
"""Telling senders, for programs."""

from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.exchange.sync_models import LetterState, SyncLetter
from longwatch.intake.services.triage import dismiss
from tests.exchange.listener import listening
from tests.exchange.sync_material import CALL, URL
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

WANTED: dict[str, Any] = {"url": URL, "calls": [CALL], "scheme": "header", "user": "X-Api-Key", "secret": "t0p"}


class Program:
    """A program with a supervisor's token, and the sender of a source."""

    def __init__(self, cast: Cast) -> None:
        with acting_as(cast.supervisor):
            _, text = create_token(
                account_id=cast.supervisor.id, label="Script", permissions=["source:manage", "signal:read"],
                source_id=None, by=cast.supervisor,
            )  # fmt: skip
        self.headers = {"Authorization": f"Bearer {text}"}
        self.source = make_source(cast)
        self.place = f"/api/v1/sources/{self.source.id}/sender"

    def ask(self, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(), method)(self.place + path, **sent, headers=self.headers | headers)


class TestApi:
    def test_sets_up_shows_and_ends(self, cast: Cast) -> None:
        program = Program(cast)
        assert program.ask("get").status_code == 404
        made = program.ask("put", body=WANTED)
        assert (made.status_code, made.json()["calls"][0]["path"]) == (200, "/alerts")
        shown = program.ask("get")
        assert "t0p" not in shown.content.decode()
        assert shown["ETag"] == f'"{made.json()["version"]}"'
        assert program.ask("put", body=WANTED, **{"If-Match": '"1"'}).status_code == 412
        for act in ("pause", "resume"):
            assert program.ask("post", f"/{act}", {}).status_code == 200
        assert program.ask("delete").json()["closed_at"]

    def test_names_the_field_that_is_wrong(self, cast: Cast) -> None:
        refused = Program(cast).ask("put", body=WANTED | {"calls": [CALL | {"body": "{"}]})
        assert refused.status_code == 422
        assert "calls[0].body" in str(refused.json())

    def test_shows_what_would_be_sent(self, cast: Cast) -> None:
        program = Program(cast)
        program.ask("put", body=WANTED)
        signal = send(program.source, cast, dedup_key="A-1").signal_id
        found = program.ask("post", "/trial", {"signal_id": str(signal), "occasion": "dismissed"}).json()["calls"]
        assert [(each["url"], each["body"], each["works"]) for each in found] == [
            (f"{URL}/alerts", '{"id": "A-1"}', None)
        ]
        assert found[0]["headers"]["X-Api-Key"] == "••••••"

    def test_sends_once_also_when_it_is_asked_twice_with_a_key(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # fmt: skip
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        program = Program(cast)
        signal = send(program.source, cast, dedup_key="A-1").signal_id
        wanted = {"signal_id": str(signal), "occasion": "dismissed", "send": True}
        with listening() as listener:
            program.ask("put", body=WANTED | {"url": listener.server.url})
            answers = [program.ask("post", "/trial", wanted, **{"Idempotency-Key": "once"}) for _ in range(2)]
        assert [each.status_code for each in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert [(each["works"], each["sentence"]) for each in answers[0].json()["calls"]] == [
            (True, "It answered with status 200.")
        ]
        assert listener.heard == [{"id": "A-1"}]

    def test_lists_what_is_told_and_tells_again_what_was_refused(self, cast: Cast) -> None:
        program = Program(cast)
        program.ask("put", body=WANTED)
        signal = send(program.source, cast).signal_id
        with acting_as(cast.analyst):
            dismiss(signal, "benign", by=cast.analyst)
        (waiting,) = program.ask("get", "/messages?state=waiting").json()["items"]
        assert (waiting["occasion"], waiting["outcome"]) == ("dismissed", "benign")
        assert program.ask("post", f"/messages/{waiting['id']}/resend", {}).status_code == 409
        with acting_as(cast.supervisor):
            SyncLetter.objects.filter(id=waiting["id"]).update(state=LetterState.REFUSED)
        assert program.ask("post", f"/messages/{waiting['id']}/resend", {}).json()["state"] == "waiting"

    def test_gives_ready_made_ways(self, cast: Cast) -> None:
        program = Program(cast)
        found = Client().get("/api/v1/sender-templates", headers=program.headers).json()
        assert {"elastic", "splunk", "json"} <= {each["name"] for each in found}
