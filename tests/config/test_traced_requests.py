# SPDX-License-Identifier: Apache-2.0
"""What requests and jobs tell a collector: a real server, a real worker, and everything that they sent is read."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from procrastinate.contrib.django import app

from longwatch.config.traced_requests import is_untold
from longwatch.core.parenthood import end_with_parent
from longwatch.core.postgres.address import Address
from longwatch.core.tracing import KEYS
from tests.fixtures.collector import Collector, collector
from tests.fixtures.server import free_port, server_environment, wait_for
from tests.intake.cast_signals import make_source, make_token, send
from tests.personas import make_cast

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
# What each thing that a span says may look like. Whoever adds one thinks here of who might be told.
TEMPLATE = r"/[\w\-./<>:^$()?+*\\\[\]|]*"
ALLOWED = {
    "http.request.method": r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|_OTHER",
    "http.route": TEMPLATE,
    "http.response.status_code": r"[1-5]\d\d",
    "error.type": r"\w+",
    "longwatch.sql.count": r"\d+",
    "longwatch.sql.seconds": r"[\d.e-]+",
    "longwatch.job.task": r"[a-z]+\.[a-z_]+",
    "longwatch.job.attempt": r"\d+",
    "longwatch.signals": r"\d+",
    "longwatch.records": r"\d+",
    "longwatch.events": r"\d+",
    "longwatch.poll.kind": r"[a-z]+",
    "longwatch.analyzer": r"[\w.\-]+",
}
RESOURCE = {
    "service.name", "service.version", "longwatch.part", "telemetry.sdk.language", "telemetry.sdk.name",
    "telemetry.sdk.version", "service.instance.id", "process.runtime.name",
}  # fmt: skip
NAMES = re.compile(rf"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|_OTHER)(?: {TEMPLATE})?|job [a-z]+\.[a-z_]+|[a-z_ ]+")
WORD = "Anneliese"


@contextmanager
def running(part: str, database: Address, received: Collector, log: Path, **more: str) -> Iterator[str]:
    port = free_port()
    variables = server_environment(database, port) | {"LONGWATCH_OTEL_ENDPOINT": received.url} | more
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "longwatch", part], env=variables, stdout=stream, stderr=stream,
            start_new_session=True, preexec_fn=end_with_parent(signal.SIGTERM),
        )  # fmt: skip
        try:
            if part == "web":
                wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def received() -> Iterator[Collector]:
    with collector() as here:
        yield here


def call(url: str, token: str = "", body: bytes | None = None, **headers: str) -> int:
    sent = headers | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, data=body, headers=sent | {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def refuse_to_tell(received: Collector, *secrets: str) -> None:
    """Every name and attribute is of those that are allowed, and nothing of what is secret is in the bytes."""
    assert received.spans
    for each in received.spans:
        assert NAMES.fullmatch(each.name), each.name
        assert each.events == 0
        assert each.resource.keys() <= RESOURCE, each.resource
        for key, value in each.attributes.items():
            assert re.fullmatch(ALLOWED[key], str(value)), (key, value)
    for secret in secrets:
        assert secret.encode() not in received.bytes


def test_the_list_of_what_may_be_said_is_the_list_that_is_tested() -> None:
    assert set(ALLOWED) == KEYS


@pytest.mark.parametrize("path", ["/report", "/report/follow-up", "/live/inbox", "/healthz"])
def test_some_addresses_are_in_no_trace(path: str) -> None:
    assert is_untold(path)
    assert not is_untold("/reporters/")


@pytest.mark.slow
def test_requests_are_told_by_template_without_names_tokens_or_words(
    committed_db: Address, received: Collector, tmp_path: Path
) -> None:
    cast = make_cast()
    token, record = make_token(cast, make_source(cast)), uuid4()
    with running("web", committed_db, received, tmp_path / "log", LONGWATCH_OTEL_INTAKE_SHARE="1") as base:
        alert = f'{{"title": "{WORD} was here"}}'.encode()
        assert call(f"{base}/api/v1/signals", token, alert, traceparent=PARENT) == 201
        call(f"{base}/api/v1/signals?status=new&q={WORD}", token)
        call(f"{base}/api/v1/signals/{record}", token)
        call(f"{base}/hooks/{WORD}", "", b"{}")
        call(f"{base}/nowhere/{WORD}?token={token}")
        call(f"{base}/report")
        received.wait_for(
            lambda each: each.attributes.get("http.route") == "/api/v1/signals" and each.name[:3] == "GET"
        )
    told = {(each.name, each.attributes.get("http.response.status_code")) for each in received.spans}
    assert {("POST /api/v1/signals", 201), ("GET /api/v1/signals", 404)} <= told
    assert ("GET", 404) in told
    assert any(name.startswith("GET /api/v1/signals/<") for name, _status in told)
    assert any(name == "POST /hooks/<source>" for name, _status in told)
    assert not any("report" in name for name, _status in told)
    (read,) = (each for each in received.spans if each.name == "GET /api/v1/signals")
    assert int(read.attributes["longwatch.sql.count"]) >= 2
    assert PARENT[3:35] not in {each.trace for each in received.spans}
    refuse_to_tell(received, WORD, token, str(record), "traveller", PARENT[36:52])


@pytest.mark.slow
def test_a_caller_s_trace_is_continued_where_that_is_set(
    committed_db: Address, received: Collector, tmp_path: Path
) -> None:
    make_cast()
    more = {"LONGWATCH_OTEL_PARENT": "1"}
    with running("web", committed_db, received, tmp_path / "log", **more) as base:
        call(f"{base}/api/v1/signals/{UUID(int=1)}", traceparent=PARENT)
    assert {(each.trace, each.outer) for each in received.spans} == {(PARENT[3:35], PARENT[36:52])}


@pytest.mark.slow
def test_the_worker_tells_of_its_rounds_and_jobs(committed_db: Address, received: Collector, tmp_path: Path) -> None:
    cast = make_cast()
    send(make_source(cast), cast, title=f"{WORD} was here", entities=[{"kind": "host", "value": "anneliese-laptop"}])
    app.configure_task("access.forget_sign_ins").defer()
    with running("worker", committed_db, received, tmp_path / "log"):
        received.wait_for(lambda each: each.name == "settle")
        received.wait_for(lambda each: each.name == "job access.forget_sign_ins")
        received.wait_for(lambda each: each.name == "seal")
    names = {each.name for each in received.spans}
    assert {"settle", "enrich", "group_arrivals"} <= names
    refuse_to_tell(received, WORD, "anneliese")
    assert os.environ.get("LONGWATCH_OTEL_ENDPOINT") is None
