# SPDX-License-Identifier: Apache-2.0
"""What falls through everything is answered and logged, and tells nothing about reporters."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from longwatch.config.failures import Caught
from longwatch.config.limits import Message
from longwatch.web.last_resort import SENTENCE

# A request that breaks outside of Django: the server always names the method.
BROKEN = """
import asyncio, sys
from longwatch.config.asgi import application
async def send(message): print(message.get("status", ""))
asyncio.run(application({"type": "http", "path": sys.argv[1], "headers": []}, None, send))
"""


async def broken(scope: Any, receive: Any, send: Any) -> None:
    """An application that raises at once."""
    raise ValueError("planted, with token=s3cret")


async def broken_half_way(scope: Any, receive: Any, send: Any) -> None:
    """An application that raises when the answer has begun."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError("planted")


def asked(application: Any, scope: dict[str, Any]) -> list[Message]:
    """What an application sends."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {}

    asyncio.run(Caught(application)(scope, receive, send))
    return sent


def page(path: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "headers": []}


class TestCaught:
    def test_a_person_is_told_in_words_alone(self) -> None:
        start, body = asked(broken, page("/incidents"))
        assert start["status"] == 500
        assert dict(start["headers"])[b"content-type"].startswith(b"text/html")
        assert SENTENCE in body["body"].decode()
        assert b"planted" not in body["body"]

    def test_a_program_is_told_by_a_problem_document(self) -> None:
        start, body = asked(broken, page("/api/v1/incidents"))
        assert dict(start["headers"])[b"content-type"] == b"application/problem+json"
        assert json.loads(body["body"])["status"] == 500

    def test_it_is_logged_with_its_trace(self, caplog: pytest.LogCaptureFixture) -> None:
        asked(broken, page("/incidents"))
        [line] = caplog.records
        assert line.getMessage() == "Failed outside of the pages: GET '/incidents'"
        assert line.exc_info

    def test_a_path_forges_no_line_of_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        asked(broken, page("/x\n2026-11-22 22:00:00 INFO    longwatch: all is well\x1b[2J\u2028"))
        [line] = caplog.records
        assert line.getMessage().isprintable()

    def test_an_answer_that_has_begun_is_broken_off_and_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        with pytest.raises(ValueError, match="planted"):
            asked(broken_half_way, page("/incidents"))
        assert len(caplog.records) == 1

    def test_a_start_that_fails_is_logged_and_not_hidden(self, caplog: pytest.LogCaptureFixture) -> None:
        with pytest.raises(ValueError, match="planted"):
            asked(broken, {"type": "lifespan"})
        assert len(caplog.records) == 1


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """How the web process answers and logs a request that breaks outside of Django."""
    data = tmp_path_factory.mktemp("data")

    def ask(path: str) -> subprocess.CompletedProcess[str]:
        settings = {"LONGWATCH_DATA": str(data), "LONGWATCH_DEBUG": "1", "LONGWATCH_LOG_FORMAT": "json"}
        return subprocess.run(
            [sys.executable, "-c", BROKEN, path],
            env={**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "longwatch.config.settings"},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return ask


class TestApplication:
    """longwatch.config.asgi.application"""

    def test_answers_and_logs_what_breaks_outside_of_django(self, process: Any) -> None:
        done = process("/incidents")
        assert done.stdout.startswith("500"), done.stderr
        [line] = [json.loads(each) for each in done.stderr.splitlines() if each.startswith("{")]
        assert (line["level"], line["source"]) == ("ERROR", "longwatch.config.failures")
        assert "KeyError" in line["trace"]

    def test_tells_of_a_reporter_page_only_that_one_failed_that_day(self, process: Any) -> None:
        done = process("/report/acme/marker")
        assert done.stdout.startswith("500"), done.stderr
        [line] = [json.loads(each) for each in done.stderr.splitlines() if each.startswith("{")]
        assert line["message"] == "A reporter page failed: KeyError"
        assert line["time"].endswith("T00:00:00.000Z")
        assert "marker" not in done.stderr
        assert "trace" not in line
