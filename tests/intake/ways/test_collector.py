# SPDX-License-Identifier: Apache-2.0
"""/services/collector, as a sender of Splunk's collector knows it."""

import base64
import gzip
from datetime import UTC, datetime

import pytest

from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.ways.collector import Refused, events_in, moment_in, opened_events, token_in
from tests.intake.ways.doorway import Doorway, make_doorway

FACTS = SourceFacts(uuid7(), uuid7(), uuid7(), "hec", "HEC", "alert", (), 2, 100, 100, True)
TWO = b'{"event": "Door forced", "time": 1700000000.5, "host": "gate"}\n{"event": {"title": "Window"}}'
ODD = b'{"event": {"title": 5}}{"event": "fine"}'


@pytest.fixture
def doorway(committed_db: Address, live_server_process: str) -> Doorway:
    return make_doorway(live_server_process)


def splunk(token: str) -> dict[str, str]:
    return {"Authorization": f"Splunk {token}"}


class TestTokenIn:
    def test_is_taken_from_each_way_of_writing_it(self) -> None:
        as_password = b"Basic " + base64.b64encode(b"x:secret")
        assert {token_in(each) for each in (b"Splunk secret", b"bearer secret", as_password)} == {
            b"Bearer secret", b"bearer secret".replace(b"bearer", b"Bearer"),
        }  # fmt: skip

    @pytest.mark.parametrize(("header", "number"), [(b"", 2), (b"Splunk ", 2), (b"Digest abc", 3), (b"Basic !!!", 3)])
    def test_is_missed_with_the_number_that_senders_know(self, header: bytes, number: int) -> None:
        with pytest.raises(Refused) as refusal:
            token_in(header)
        assert (refusal.value.number, refusal.value.http) == (number, 401)


class TestEventsIn:
    def test_are_read_one_after_another_with_their_own_bytes(self) -> None:
        events = events_in('{"event":"ä"}{"event":"b"} \n {"event":"c"}'.encode())
        assert [each.raw for each in events] == ['{"event":"ä"}'.encode(), b'{"event":"b"}', b'{"event":"c"}']

    @pytest.mark.parametrize(
        ("raw", "number", "event"),
        [
            (b"", 5, None),
            (b"  \n", 5, None),
            (b"hello", 6, 0),
            (b'{"event":"a"}[1]', 6, 1),
            (b'{"event":"a"}{"even', 6, 1),
            (b'{"host":"a"}', 12, 0),
            (b'{"event":""}', 13, 0),
            (b"\xff", 6, 0),
            (b"[" * 100_000, 6, 0),
        ],
    )
    def test_are_refused_with_the_number_that_senders_know(self, raw: bytes, number: int, event: int | None) -> None:
        with pytest.raises(Refused) as refusal:
            events_in(raw)
        assert (refusal.value.number, refusal.value.event) == (number, event)


class TestOpenedEvents:
    def test_take_time_and_host_from_the_envelope(self) -> None:
        first, second = opened_events(events_in(TWO), TWO, FACTS).opened
        assert (first.signal.title, first.signal.occurred_at) == (
            "Door forced", datetime.fromtimestamp(1700000000.5, UTC),
        )  # fmt: skip
        assert [(each.kind, each.value) for each in first.signal.entities] == [("host", "gate")]
        assert (second.signal.title, second.raw) == ("Window", b'{"event": {"title": "Window"}}')

    def test_leave_what_cannot_be_read(self) -> None:
        contents = opened_events(events_in(ODD), ODD, FACTS)
        assert [each.signal.title for each in contents.opened] == ["fine"]
        assert [raw for raw, _ in contents.left] == [b'{"event": {"title": 5}}']


class TestMomentIn:
    @pytest.mark.parametrize("value", [None, "", "soon", "nan", "inf", -1, 0, 1e30, [], {}])
    def test_is_none_when_it_is_no_time(self, value: object) -> None:
        assert moment_in(value) is None

    def test_may_be_a_text(self) -> None:
        assert moment_in("1700000000") == datetime.fromtimestamp(1700000000, UTC)


class TestCollector:
    def test_takes_events_and_keeps_the_whole_body(self, doorway: Doorway) -> None:
        answer = doorway.ask("POST", "/services/collector/event", TWO, splunk(doorway.token()))
        assert answer == (200, {"text": "Success", "code": 0})
        assert {each.title for each in doorway.signals()} == {"Door forced", "Window"}
        assert doorway.kept() == [("stored", TWO)]

    def test_takes_packed_events(self, doorway: Doorway) -> None:
        headers = splunk(doorway.token()) | {"Content-Encoding": "gzip"}
        assert doorway.ask("POST", "/services/collector", gzip.compress(TWO), headers)[0] == 200
        assert len(doorway.signals()) == 2

    def test_takes_lines(self, doorway: Doorway) -> None:
        lines = b'{"title": "One"}\n{"title": "Two"}'
        assert doorway.ask("POST", "/services/collector/raw", lines, splunk(doorway.token()))[0] == 200
        assert {each.title for each in doorway.signals()} == {"One", "Two"}

    def test_keeps_what_it_refuses(self, doorway: Doorway) -> None:
        status, said = doorway.ask("POST", "/services/collector", b'{"event": ', splunk(doorway.token()))
        assert (status, said["code"], said["invalid-event-number"]) == (400, 6, 0)
        assert doorway.kept() == [("failed", b'{"event": ')]

    def test_refuses_nobody_and_strangers_in_its_own_words(self, doorway: Doorway) -> None:
        assert doorway.ask("POST", "/services/collector", TWO) == (401, {"text": "Token is required", "code": 2})
        assert doorway.ask("POST", "/services/collector", TWO, splunk("wrong")) == (
            403, {"text": "Invalid token", "code": 4},
        )  # fmt: skip
        free = splunk(doorway.token(bound=False))
        assert doorway.ask("POST", "/services/collector", TWO, free)[1]["code"] == 7

    def test_says_that_it_is_well(self, doorway: Doorway) -> None:
        assert doorway.ask("GET", "/services/collector/health")[1]["code"] == 17
