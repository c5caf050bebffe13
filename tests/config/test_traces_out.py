# SPDX-License-Identifier: Apache-2.0
"""What a collector gets."""

from collections.abc import Iterator

import pytest

from longwatch.config.traces_out import Exporting
from longwatch.core.tracing import record_with, span
from tests.fixtures.collector import Collector, collector

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def received() -> Iterator[Collector]:
    with collector() as here:
        yield here


def sent(received: Collector) -> Exporting:
    exporting = Exporting(f"{received.url}/v1/traces", "test")
    record_with(exporting)
    return exporting


def finish(exporting: Exporting) -> None:
    record_with(None)
    exporting.stop()


def test_spans_come_with_their_parts_and_who_sends_them(received: Collector) -> None:
    exporting = sent(received)
    with span("settle") as work:
        work.tell("longwatch.signals", 3)
        with span("enrich"):
            pass
    finish(exporting)
    inner, outer = received.spans
    assert (outer.name, outer.attributes) == ("settle", {"longwatch.signals": 3})
    assert (inner.trace, inner.outer) == (outer.trace, outer.identity)
    assert outer.resource["service.name"] == "longwatch"
    assert outer.resource["longwatch.part"] == "test"
    assert received.asked[0].path == "/v1/traces"


def test_the_operator_may_name_the_service(received: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "longwatch-paris")
    exporting = sent(received)
    with span("seal"):
        pass
    finish(exporting)
    assert received.spans[0].resource["service.name"] == "longwatch-paris"


def test_headers_that_the_collector_wants_are_sent(received: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20letter")
    exporting = sent(received)
    with span("seal"):
        pass
    finish(exporting)
    assert received.asked[0].headers["authorization"] == "Bearer letter"


def test_a_failure_comes_without_its_words(received: Collector) -> None:
    exporting = sent(received)
    with pytest.raises(ValueError, match="anna"), span("seal"):
        raise ValueError("anna@example.org")
    finish(exporting)
    (only,) = received.spans
    assert only.failed
    assert only.attributes == {"error.type": "ValueError"}
    assert only.events == 0
    assert b"anna" not in received.bytes


def test_what_is_not_on_the_list_is_not_sent(received: Collector) -> None:
    exporting = sent(received)
    with span("seal") as work:
        assert work.recorded is not None
        work.recorded.set_attribute("user.email", "anna@example.org")
    finish(exporting)
    assert received.spans[0].attributes == {}


@pytest.mark.parametrize(("said", "trace"), [(PARENT, PARENT[3:35]), ("nonsense", None)])
def test_a_caller_s_trace_is_continued_when_it_is_one(received: Collector, said: str, trace: str | None) -> None:
    exporting = sent(received)
    with span("GET", "server", traceparent=said):
        pass
    finish(exporting)
    (only,) = received.spans
    assert only.trace == trace if trace else not only.outer
