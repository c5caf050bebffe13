# SPDX-License-Identifier: Apache-2.0
"""Hostile input at every way in: a clear refusal, or something that is kept; never an error of the server."""

import gzip
import http.client
import json
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import Address
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.door_models import Door
from longwatch.intake.services.importing import Importer
from tests.intake.cast_signals import make_door, make_source
from tests.intake.ways.doorway import Doorway, make_doorway
from tests.personas import Cast

# A server error, or an answer that took so long, is a finding.
SERVER_ERROR, PATIENCE = 500, 30.0
SECRET = "0123456789abcdefXYZ"
Way = Callable[[Doorway, bytes], tuple[int, Any]]


def zipped() -> bytes:
    """Ten megabytes of nothing in ten kilobytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b" " * 10_000_000)
    return stream.getvalue()


EVIL: dict[str, bytes] = {
    "nothing": b" \r\n ",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep inside a field": b'{"title": "x", "data": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
    "a huge number": b'{"title": "x", "severity": ' + b"9" * 5_000 + b"}",
    "a huge exponent": b'{"title": "x", "score": 1e999999999, "time": -1e400}',
    "a number for a time": b'{"title": "x", "timestamp": 99999999999999999999999}',
    "a time beyond all": b'{"title": "x", "occurred_at": "9999-12-31T23:59:59-23:59"}',
    "NUL": b'{"title": "a\x00b"}',
    "NUL in an escape": b'{"title": "a\\u0000b", "alert": {"signature": "\\u0000", "x\\u0000": 1}}',
    "NUL in another tool's record": (
        b'{"event_type": "alert", "flow_id": 1, "src_ip": "1\\u0000", "alert": {"signature": "\\u0000"}}'
    ),
    "bytes that are no text": bytes(range(256)) * 4,
    "text that is cut in a letter": '{"title": "ä'.encode()[:-1] + b'"}',
    "half of a surrogate pair": b'{"title": "\\ud800", "rule": "\\udfff"}',
    "marks of direction": '{"title": "\u202e\u2066gpj.exe\ufeff"}'.encode(),
    "a regex bomb": b'{"event_type": "alert", "flow_id": 1, "alert": {"signature": "' + b"a" * 60_000 + b'!"}}',
    "a mail of brackets": b"<34>Oct 11 22:14:15 host app: " + b"[" * 30_000 + b'a="\\' * 5_000,
    "CEF of escapes": b"CEF:0|a|b|c|d|e|5|" + b"a=\\=\\|\\\\ " * 8_000,
    "LEEF without an end": b"LEEF:2.0|a|b|c|d|x" + b"|" * 20_000 + b"=\t" * 10_000,
    "XML that multiplies": b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 999 + b'">]><alert>&b;&b;</alert>',
    "XML that reads files": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><alert><info>&b;</info></alert>',
    "a gzip bomb": gzip.compress(b'{"title": "' + b"x" * 40_000_000 + b'"}'),
    "gzip in gzip": gzip.compress(gzip.compress(gzip.compress(b'{"title": "x"}'))),
    "gzip that is cut off": gzip.compress(b'{"title": "x"}' * 100)[:-9],
    "an archive": zipped(),
    "very many elements": b"[" + b"{}," * 30_000 + b"{}]",
    "very many keys": b"{" + b",".join(b'"k%d": 1' % number for number in range(20_000)) + b"}",
    "the same key again": b'{"title": "x"' + b', "title": "y"' * 10_000 + b"}",
    "lists in lists": b'{"Records": [{"Records": [{"Records": [{"Records": [{"Records": [{"a": 1}]}]}]}]}]}',
    "very many entities": json.dumps(
        {"title": "x", "entities": [{"kind": "ip", "value": f"10.0.{n >> 8}.{n & 255}"} for n in range(5_000)]}
    ).encode(),
}  # fmt: skip


def _bearer(door: Doorway) -> dict[str, str]:
    return {"Authorization": f"Bearer {door.token()}"}


def _secret(door: Doorway) -> str:
    """Of the one webhook that all requests go through."""
    return make_door(door.source, door.cast, "header", SECRET, header="X-Secret")[1] if not _opened(door) else SECRET


def _opened(door: Doorway) -> bool:
    with acting_as(door.cast.supervisor):
        return Door.objects.filter(source=door.source).exists()


def _hooked(door: Doorway, body: bytes) -> tuple[int, Any]:
    return door.ask("POST", f"/hooks/{door.source.slug}", body, {"X-Secret": _secret(door)})


def _packed(door: Doorway, body: bytes) -> tuple[int, Any]:
    headers = {"X-Secret": _secret(door), "Content-Encoding": "gzip"}
    return door.ask("POST", f"/hooks/{door.source.slug}", body, headers)


def _collected(path: str) -> Way:
    def ask(door: Doorway, body: bytes) -> tuple[int, Any]:
        return door.ask("POST", path, body, {"Authorization": f"Splunk {door.token()}"})

    return ask


def _one(kind: str) -> Way:
    return lambda door, body: door.ask("POST", "/api/v1/signals", body, _bearer(door) | {"Content-Type": kind})


WAYS: dict[str, Way] = {
    "api": _one("application/json"),
    "api as text": _one("text/plain"),
    "api as mail": _one("message/rfc822"),
    "bulk": lambda door, body: door.ask("POST", "/api/v1/signals/bulk", body, _bearer(door)),
    "webhook": _hooked,
    "packed webhook": _packed,
    "collector": _collected("/services/collector/event"),
    "collector, raw": _collected("/services/collector/raw"),
    "events api": lambda door, body: door.ask("POST", "/v2/enqueue", body),
}


@pytest.fixture
def door(committed_db: Address, live_server_process: str) -> Doorway:
    return make_doorway(live_server_process)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_is_refused_or_kept_and_never_an_error_of_the_server(door: Doorway, way: str) -> None:
    wrong = {}
    for name, body in EVIL.items():
        began = time.monotonic()
        status, said = WAYS[way](door, body)
        # The collector's own words for a full house are not meant here; nothing was sent that fills one.
        if status >= SERVER_ERROR or time.monotonic() - began > PATIENCE:
            wrong[name] = (status, str(said)[:200], time.monotonic() - began)
    assert wrong == {}
    status, _ = WAYS["api"](door, b'{"title": "Door forced"}')
    assert status == 201


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/api/v1/signals", "/api/v1/signals/bulk", "/hooks/x", "/services/collector/event"])
def test_fifty_megabytes_are_refused_and_harm_nobody(door: Doorway, path: str) -> None:
    parts = urlsplit(door.base_url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        connection.request("POST", path, b" " * 50_000_000, _bearer(door))
        assert connection.getresponse().status in (401, 404, 413)
    except (BrokenPipeError, ConnectionResetError):
        pass  # It was told before it had sent all.
    finally:
        connection.close()
    assert WAYS["api"](door, b'{"title": "Door forced"}')[0] == 201


@pytest.mark.parametrize("name", EVIL)
def test_of_files_is_refused_or_kept(cast: Cast, tmp_path: Path, name: str) -> None:
    source, file = make_source(cast), tmp_path / "evil"
    file.write_bytes(EVIL[name])
    stored = left = 0
    try:
        for part in Importer(source, cast.supervisor).read(file):
            stored, left = stored + part.signals, left + part.unreadable
    except LongwatchError:
        return
    with acting_as(cast.supervisor):
        kept = Delivery.objects.filter(source=source).count()
    assert stored or kept or not left
