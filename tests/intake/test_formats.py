# SPDX-License-Identifier: Apache-2.0
"""Other tools' formats through a real web process: one body, several signals, what the source says of its format."""

import json
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.services.receiving import receive_all
from tests.intake.cast_signals import make_source, make_token
from tests.intake.conversation import Client
from tests.personas import Cast, make_cast

ALERTS: dict[str, Any] = {
    "groupKey": "g", "receiver": "r", "status": "firing",
    "alerts": [
        {"status": "firing", "labels": {"alertname": "DiskFull", "severity": "critical"}, "fingerprint": "a",
         "startsAt": "2026-02-03T04:05:06Z"},
        {"status": "resolved", "labels": {"alertname": "Slow"}, "fingerprint": "b", "startsAt": "2026-02-03T04:05:06Z"},
    ],
}  # fmt: skip
SYSLOG = b"<34>Feb  3 04:05:06 web-1 sshd: Failed password"


@pytest.fixture
def cast(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def client(cast: Cast, source: Source, live_server_process: str) -> Client:
    return Client(live_server_process, make_token(cast, source))


def stored(cast: Cast, source: Source) -> list[Signal]:
    with acting_as(cast.analyst):
        return list(Signal.objects.filter(source_id=source.id).order_by("title"))


def test_each_alert_in_one_body_is_a_signal_with_its_own_bytes(cast: Cast, source: Source, client: Client) -> None:
    answer = client.post(ALERTS)
    assert (answer.status, answer.body["created"], answer.body["rejected"]) == (200, 2, 0)
    disk, slow = stored(cast, source)
    assert (disk.title, disk.severity, disk.format, disk.sender_state) == ("DiskFull", 4, "prometheus-alert", "open")
    assert (slow.sender_state, slow.cleared_at is not None) == ("closed", True)
    with acting_as(cast.analyst):
        raws = {json.loads(bytes(raw))["fingerprint"] for raw in Occurrence.objects.values_list("raw", flat=True)}
    assert raws == {"a", "b"}


def test_the_same_body_with_the_same_key_is_answered_once(cast: Cast, source: Source, client: Client) -> None:
    answers = [client.post(ALERTS, Idempotency_Key="k") for _ in range(2)]
    assert [each.body["created"] for each in answers] == [2, 2]
    assert sum(signal.count for signal in stored(cast, source)) == 2


def test_parts_that_cannot_be_understood_are_listed(cast: Cast, source: Source, client: Client) -> None:
    answer = client.post(b'[{"title": "One"}, 5]')
    assert (answer.status, answer.body["created"], answer.body["rejected"]) == (200, 1, 1)
    assert [signal.title for signal in stored(cast, source)] == ["One"]


def test_text_is_read_without_ceremony(cast: Cast, source: Source, client: Client) -> None:
    assert client.post(SYSLOG, Content_Type="text/plain").status == 201
    [signal] = stored(cast, source)
    assert (signal.format, signal.rule) == ("syslog", "sshd")


def test_lines_of_text_come_in_bulk(cast: Cast, source: Source, client: Client) -> None:
    answer = client.bulk([SYSLOG, b"CEF:0|V|Gate|1|100|Worm|8|src=192.0.2.7", json.dumps(ALERTS).encode()])
    assert (answer.body["accepted"], answer.body["rejected"]) == (4, 0)


def test_a_time_without_a_zone_is_marked(cast: Cast, source: Source, client: Client) -> None:
    flow = {
        "timestamp": "2026-02-03T04:05:06", "flow_id": 1, "event_type": "alert", "src_ip": "192.0.2.7",
        "alert": {"signature": "X", "severity": 1},
    }  # fmt: skip
    assert client.post(flow).status == 201
    [signal] = stored(cast, source)
    assert (signal.occurred_at.hour, signal.tags) == (4, ["time zone assumed"])


def test_what_our_own_code_receives_is_understood_alike(cast: Cast, source: Source) -> None:
    with acting_as(cast.integration):
        received = receive_all(source, json.dumps(ALERTS).encode(), by=cast.integration)
    assert [each.created for each in received] == [True, True]
    assert [signal.title for signal in stored(cast, source)] == ["DiskFull", "Slow"]
