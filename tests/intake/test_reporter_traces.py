# SPDX-License-Identifier: Apache-2.0
"""What a reporter leaves behind in a real server: no address, no browser, no moment, in no table, file or log."""

import binascii
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core import signing

from longwatch.core.postgres.address import Address
from longwatch.intake.report_forms import SALT
from tests.fixtures.server import Live
from tests.personas import Cast, make_cast

BROWSER = "Marker-Browser/77.1"
ADDRESS = "203.0.113.77"
CAME_FROM = "https://marker-intranet.example/page"
FILE = "marker-rosa-holiday.txt"
MARKERS = (BROWSER, ADDRESS, "marker-intranet", "marker-rosa")
RECEIPT = "9" * 19 + "7"
BOUNDARY = "----marker"
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENTS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")
HEX = re.compile(r"\\\\?x((?:[0-9a-f]{2}){8,})")


@dataclass
class Reporter:
    """A browser that says all about itself, and keeps the cookies it is given."""

    base_url: str
    cookies: list[str]

    def get(self, path: str) -> str:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Mapping[str, str], file: bytes = b"") -> str:
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()
        ]
        if file:
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="uploads"; filename="{FILE}"\r\n'
            parts.append(f"{head}Content-Type: text/plain\r\n\r\n{file.decode()}\r\n")
        body = ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> str:
        there = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=30)
        told = {"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}", "Referer": CAME_FROM}
        there.request(method, path, body, {**told, "Sec-Fetch-Site": "same-origin", **headers})
        answer = there.getresponse()
        self.cookies += [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        text = answer.read().decode()
        there.close()
        return text


@dataclass
class Left:
    """What a session added: rows as text by table, lines of the log, files; and the identifiers there were before."""

    rows: list[tuple[str, str]]
    log: str
    files: list[Path]
    known: set[str]
    began: datetime
    ended: datetime
    cookies: list[str]


@pytest.fixture(scope="module")
def kept() -> dict[str, Left]:
    return {}


@pytest.fixture
def left(live: Live, committed_db: Address, kept: dict[str, Left]) -> Left:
    """One session for all tests of the module."""
    if not kept:
        kept["left"] = _left(live, committed_db)
    return kept["left"]


def _left(live: Live, committed_db: Address) -> Left:
    cast = make_cast()
    # A first report, so that what happens only once, such as making the form's source, is not looked at.
    _session(Reporter(live.base_url, []), cast, "8" * 20)
    before, files, log = _rows(committed_db), set(_files()), live.log.read_text()
    reporter, began = Reporter(live.base_url, []), datetime.now(UTC)
    _session(reporter, cast, RECEIPT)
    ended = datetime.now(UTC)
    rows = [row for row in _rows(committed_db) if row not in set(before)]
    new_log = live.log.read_text()[len(log) :]
    known = {each for _name, text in before for each in UUIDS.findall(text)}
    return Left(rows, new_log, [each for each in _files() if each not in files], known, began, ended, reporter.cookies)


def _session(reporter: Reporter, cast: Cast, receipt: str) -> None:
    address = f"/report/{cast.organisation.slug}"
    reporter.get(f"{address}?lang=en")
    token = signing.dumps({"at": int(time.time()) - 60, "receipt": receipt}, salt=SALT)
    told = {
        "what": "He takes money.",
        "who": "Egil Norvik",
        "name": "Rosa",
        "keep_from": "Sam Supervisor",
        "token": token,
    }
    assert "Check your answers" in reporter.post(address, {**told, "step": "check"})
    assert "Your report has arrived" in reporter.post(address, {**told, "step": "send"}, b"what was seen")
    reporter.post("/report/follow-up", {"receipt": "1" * 20})
    page = reporter.post("/report/follow-up", {"receipt": receipt})
    [key] = re.findall(r'name="key" value="([^"]+)"', page)
    assert "The team has your message" in reporter.post("/report/follow-up", {"key": key, "text": "More."}, b"and more")
    reporter.get("/report/nobody-here")


def _rows(database: Address) -> list[tuple[str, str]]:
    with psycopg.connect(database.admin_conninfo(database.database)) as admin:
        names = admin.execute(
            "select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
        ).fetchall()
        return [
            (name, text)
            for (name,) in names
            for (text,) in admin.execute(f'select row_to_json(t)::text from "{name}" t')
        ]


def _files() -> list[Path]:
    return [
        each for each in Path(settings.DATA_DIRECTORY).rglob("*") if each.is_file() and "postgres" not in each.parts
    ]


def _words(text: str) -> str:
    """A row with what its bytes say, too."""
    return text + " ".join(binascii.unhexlify(each).decode("latin-1") for each in HEX.findall(text))


class TestReporter:
    def test_left_something_to_look_at(self, left: Left) -> None:
        tables = {name.partition("_20")[0] for name, _text in left.rows}
        assert tables >= {
            "access_compartment", "access_exclusion", "evidence_custody_event", "evidence_exhibit", "intake_identity",
            "intake_message", "intake_occurrence", "intake_receipt", "intake_signal", "intake_thread", "ledger_detail",
            "ledger_entry",
        }  # fmt: skip

    @pytest.mark.parametrize("marker", MARKERS)
    def test_left_no_origin_in_any_table(self, left: Left, marker: str) -> None:
        assert [name for name, text in left.rows if marker in _words(text)] == []

    def test_left_no_moment_finer_than_the_day_in_any_table(self, left: Left) -> None:
        found = []
        for name, text in left.rows:
            for moment in MOMENTS.findall(_words(text)):
                at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
                if at.time() == datetime.min.time():
                    continue  # a day
                if left.began - timedelta(minutes=5) <= at <= left.ended + timedelta(minutes=5):
                    found.append((name, moment))
        assert found == []

    def test_left_no_identifier_that_holds_the_moment(self, left: Left) -> None:
        found = []
        for name, text in left.rows:
            for each in set(UUIDS.findall(_words(text))) - left.known:
                at = datetime.fromtimestamp((UUID(each).int >> 80) / 1000, UTC)
                if left.began - timedelta(seconds=1) <= at <= left.ended + timedelta(seconds=1):
                    found.append((name, each))
        assert found == []

    def test_left_no_word_of_the_receipt(self, left: Left) -> None:
        assert [name for name, text in left.rows if RECEIPT in _words(text)] == []

    def test_left_nothing_in_the_log(self, left: Left) -> None:
        assert left.log == ""

    def test_got_no_cookie(self, left: Left) -> None:
        assert left.cookies == []

    def test_left_no_origin_in_any_file(self, left: Left) -> None:
        kept = {each: each.read_bytes() + str(each).encode() for each in left.files}
        assert kept
        assert [each for each, content in kept.items() for marker in MARKERS if marker.encode() in content] == []

    def test_left_no_moment_on_any_file(self, left: Left) -> None:
        began, ended = left.began.timestamp() - 1, left.ended.timestamp() + 1
        assert [each for each in left.files if began <= each.stat().st_mtime <= ended] == []
