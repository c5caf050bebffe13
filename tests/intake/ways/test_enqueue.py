# SPDX-License-Identifier: Apache-2.0
"""/v2/enqueue, as a sender of PagerDuty's events knows it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from longwatch.core.postgres.address import Address
from longwatch.intake.ways.enqueue import LARGEST_EVENT, InvalidEvent, document_in, signal_of, without_key
from tests.intake.ways.doorway import Doorway, make_doorway

TRIGGER: dict[str, Any] = {
    "event_action": "trigger",
    "dedup_key": "gate/1",
    "payload": {
        "summary": "Gate open", "source": "gate-7", "severity": "error", "timestamp": "2026-11-22T09:14:00.000+0000",
        "component": "lock", "group": "yard", "class": "door", "custom_details": {"minutes": 5},
    },
    "links": [{"href": "https://example.org/gate", "text": "Gate"}, {"href": "javascript:alert(1)"}],
}  # fmt: skip


@pytest.fixture
def doorway(committed_db: Address, live_server_process: str) -> Doorway:
    return make_doorway(live_server_process)


class TestSignalOf:
    def test_says_what_the_event_says(self) -> None:
        signal = signal_of(TRIGGER)
        assert (signal.title, signal.severity, signal.rule, signal.dedup_key, signal.state) == (
            "Gate open", "high", "door", "gate/1", "open",
        )  # fmt: skip
        assert signal.occurred_at == datetime(2026, 11, 22, 9, 14, tzinfo=UTC)
        assert [(each.kind, each.value, each.part) for each in signal.entities] == [("host", "gate-7", "affected")]
        assert signal.links == ["https://example.org/gate"]
        assert signal.tags == ["lock", "yard"]
        assert '"minutes": 5' in signal.description

    def test_says_that_it_is_over_when_it_is_resolved(self) -> None:
        signal = signal_of({"event_action": "resolve", "dedup_key": "gate/1"})
        assert (signal.state, signal.dedup_key, signal.title) == ("closed", "gate/1", "Resolve: gate/1")

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"event_action": "shout"},
            {"event_action": []},
            {"event_action": "trigger"},
            {"event_action": "trigger", "payload": {"summary": " "}},
            {"event_action": "trigger", "payload": "text"},
            {"event_action": "resolve"},
        ],
    )
    def test_refuses_what_the_form_demands_and_is_not_there(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(InvalidEvent):
            signal_of(wrong)

    def test_takes_odd_values_as_not_said(self) -> None:
        payload = {"summary": "a\x00b \ud800", "severity": 5, "timestamp": "soon", "source": {}, "class": []}
        signal = signal_of({"event_action": "trigger", "payload": payload, "links": "x", "dedup_key": 5})
        assert (signal.title, signal.severity, signal.occurred_at, signal.dedup_key) == ("ab ?", None, None, None)


class TestDocumentIn:
    @pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
    def test_refuses_what_is_no_object(self, raw: bytes) -> None:
        with pytest.raises(InvalidEvent):
            document_in(raw)


class TestWithoutKey:
    def test_takes_the_secret_out_of_what_is_kept(self) -> None:
        assert without_key(b'{"routing_key": "lw_abc", "x": 1}', "lw_abc") == b'{"routing_key": "******", "x": 1}'

    def test_takes_it_out_when_it_is_written_with_escapes(self) -> None:
        kept = without_key(b'{"routing_key": "\\u006cw_abc"}', "lw_abc")
        assert json.loads(kept) == {"routing_key": "******"}


class TestEnqueue:
    def send(self, doorway: Doorway, **fields: Any) -> tuple[int, Any]:
        body = TRIGGER | {"routing_key": doorway.token()} | fields
        return doorway.ask("POST", "/v2/enqueue", json.dumps(body).encode())

    def test_takes_an_event_and_keeps_it_without_the_key(self, doorway: Doorway) -> None:
        status, said = self.send(doorway)
        assert (status, said) == (202, {"status": "success", "message": "Event processed", "dedup_key": "gate/1"})
        [signal], [raw] = doorway.signals(), doorway.raws()
        assert (signal.title, signal.sender_state) == ("Gate open", "open")
        assert b"lw_" not in raw
        assert set(json.loads(raw)["routing_key"]) == {"*"}

    def test_closes_what_its_sender_says_is_over(self, doorway: Doorway) -> None:
        self.send(doorway)
        assert self.send(doorway, event_action="resolve")[0] == 202
        [signal] = doorway.signals()
        assert (signal.count, signal.sender_state, signal.title) == (2, "closed", "Gate open")

    def test_refuses_an_unknown_key_and_keeps_nothing(self, doorway: Doorway) -> None:
        for key in ("", "wrong", None, 5, "lw_\u00fc"):
            assert self.send(doorway, routing_key=key)[0] == 400
        assert doorway.kept() == []

    def test_refuses_an_event_that_is_too_large_before_it_is_read(self, doorway: Doorway) -> None:
        status, said = self.send(doorway, client="x" * LARGEST_EVENT)
        assert (status, said["errors"]) == (413, ["Larger than 512 kB"])
        assert doorway.signals() == []

    def test_keeps_an_event_that_it_refuses_without_the_key(self, doorway: Doorway) -> None:
        status, said = self.send(doorway, payload={})
        assert (status, said["status"]) == (400, "invalid event")
        [(state, raw)] = doorway.kept()
        assert state == "failed"
        assert b"lw_" not in raw
