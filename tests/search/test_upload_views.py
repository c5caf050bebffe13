# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads, driven by a client that others wrote, against a running server; and its answers one by one."""

import base64
import hashlib
import http.client
import io
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit, ResumableUpload
from longwatch.evidence.reading import open_exhibit
from longwatch.incidents.services.opening import open_incident
from tests.evidence.restarting import forget_hashes
from tests.fixtures.server import Live
from tests.personas import Cast, make_cast

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"
CONTENT = bytes(range(256)) * 1024


@dataclass
class Sender:
    """Somebody with a token and a record, at a server or in the test's own transaction."""

    cast: Cast
    token: str
    record: UUID
    base: str = ""

    @property
    def uploads(self) -> str:
        return f"{self.base}/api/v1/records/incident/{self.record}/uploads"

    def client(self) -> TusClient:
        return TusClient(self.uploads, headers={"Authorization": f"Bearer {self.token}"})

    def call(self, method: str, path: str, data: bytes = b"", **headers: str) -> Any:
        """One request, without a server."""
        sent = {"Authorization": f"Bearer {self.token}", **TUS} | {n.replace("_", "-"): v for n, v in headers.items()}
        browser = Client(headers={name: value for name, value in sent.items() if value})
        return browser.generic(method, path, data, content_type=sent.get("Content-Type", PIECE))

    def begin(self, length: int = len(CONTENT), **headers: str) -> str:
        answer = self.call("POST", self.uploads, b"", Upload_Length=str(length), **headers)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def patch(self, address: str, data: bytes, offset: int, **headers: str) -> Any:
        return self.call("PATCH", address, data, Upload_Offset=str(offset), **headers)

    def exhibit(self) -> Exhibit:
        with acting_as(self.cast.analyst):
            return Exhibit.objects.get(record_id=self.record)

    def content(self) -> bytes:
        with acting_as(self.cast.analyst), open_exhibit(self.exhibit()) as content:
            return content.readall() or b""


def sender_of(cast: Cast, base: str = "") -> Sender:
    with acting_as(cast.analyst):
        incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst)
        permissions = sorted(cast.analyst.permissions)
        _, token = create_token(account_id=cast.analyst.id, label="t", permissions=permissions, by=cast.analyst)
    return Sender(cast, token, incident.id, base)


@pytest.fixture
def sender(cast: Cast) -> Sender:
    return sender_of(cast)


@pytest.fixture
def served(live_server_process: str, committed_db: Address) -> Sender:
    return sender_of(make_cast(), live_server_process)


@pytest.fixture(autouse=True)
def evidence_directory(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> None:
    # Several workers' settings were read before each got a directory of its own, where its server keeps files.
    served = "live_server_process" in request.fixturenames
    settings.EVIDENCE_DIRECTORY = (Path(os.environ["LONGWATCH_DATA"]) if served else tmp_path) / "evidence"


class TestWithTuspy:
    """a client that others wrote, over real HTTP"""

    def test_sends_a_file_in_pieces_with_checksums(self, served: Sender) -> None:
        content = os.urandom(3_000_000)
        uploader = served.client().uploader(
            file_stream=io.BytesIO(content), chunk_size=700_000, metadata={"filename": "disk.img", "note": "First"},
            upload_checksum=True,
        )  # fmt: skip
        uploader.upload()
        row = served.exhibit()
        assert (row.name, row.note, row.size) == ("disk.img", "First", len(content))
        assert row.sha256 == hashlib.sha256(content).hexdigest()
        assert served.content() == content
        with acting_as(served.cast.analyst):
            assert [link.kind for link in selectors.custody(row.id)] == ["received"]

    def test_goes_on_after_an_interruption(self, served: Sender) -> None:
        content = os.urandom(2_000_000)
        first = served.client().uploader(file_stream=io.BytesIO(content), chunk_size=300_000)
        for _ in range(3):
            first.upload_chunk()  # type: ignore[no-untyped-call]
        again = served.client().uploader(file_stream=io.BytesIO(content), chunk_size=500_000, url=first.url)
        assert again.offset == 900_000
        again.upload()
        assert served.content() == content

    def test_keeps_what_arrived_before_the_line_broke(self, served: Sender) -> None:
        content = os.urandom(5_000_000)
        url = served.client().uploader(file_stream=io.BytesIO(content), chunk_size=10).create_url()
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port or 0)
        line.putrequest("PATCH", parts.path)
        for name, value in {
            "Authorization": f"Bearer {served.token}", "Content-Type": PIECE, "Upload-Offset": "0",
            "Content-Length": str(len(content)), **TUS,
        }.items():  # fmt: skip
            line.putheader(name, value)
        line.endheaders()
        line.send(content[:3_000_000])
        line.close()
        offset = wait_for_offset(served, url)
        assert 0 < offset <= 3_000_000
        served.client().uploader(file_stream=io.BytesIO(content), chunk_size=5_000_000, url=url).upload()
        assert served.content() == content

    def test_is_refused_without_a_token(self, served: Sender) -> None:
        served.token = "wrong"
        with pytest.raises(TusCommunicationError) as refused:
            served.client().uploader(file_stream=io.BytesIO(b"x"), chunk_size=10).create_url()
        assert refused.value.status_code == 401

    def test_needs_no_more_memory_for_a_large_file(self, served: Sender, live: Live) -> None:
        size = int(os.environ.get("LONGWATCH_LARGE_MB", "300")) * 1_000_000
        row = served.client().uploader(file_stream=io.BytesIO(b""), chunk_size=10)
        row.get_file_size = lambda: size  # type: ignore[method-assign]
        row.stop_at = size
        url = row.create_url()
        digest = send_much(served, url, size)
        peak = peak_memory(live.process.pid)
        print(f"{size} bytes: the web process had at most {peak // 1_000_000} MB in memory")
        assert served.exhibit().sha256 == digest
        assert peak < 200_000_000


def send_much(sender: Sender, url: str, size: int) -> str:
    """One PATCH of so many bytes; returns their hash."""
    parts, block, digest, left = urlsplit(url), os.urandom(1_000_000), hashlib.sha256(), size
    line = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=600)
    line.putrequest("PATCH", parts.path)
    for name, value in {
        "Authorization": f"Bearer {sender.token}", "Content-Type": PIECE, "Upload-Offset": "0",
        "Content-Length": str(size), **TUS,
    }.items():  # fmt: skip
        line.putheader(name, value)
    line.endheaders()
    while left:
        piece = block[:left]
        digest.update(piece)
        line.send(piece)
        left -= len(piece)
    with line.getresponse() as answer:
        assert answer.status == 204
    line.close()
    return digest.hexdigest()


def peak_memory(parent: int) -> int:
    """The most that any one process of the server ever had in memory."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    peaks = []
    for process in [str(parent), *children]:
        status = Path(f"/proc/{process}/status").read_text()
        peaks.append(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
    return max(peaks)


def wait_for_offset(sender: Sender, url: str) -> int:
    """Where the upload stands once the server has noticed that nobody sends any more."""
    for _ in range(200):
        uploader = sender.client().uploader(file_stream=io.BytesIO(b""), chunk_size=10, url=url)
        offset = int(uploader.get_offset())
        with acting_as(sender.cast.analyst):
            if offset and ResumableUpload.objects.get(record_id=sender.record).lease is None:
                return offset
    pytest.fail("The upload stays in use.")


class TestUploads:
    """OPTIONS and POST"""

    def test_say_what_they_can(self, sender: Sender) -> None:
        answer = sender.call("OPTIONS", sender.uploads, Tus_Resumable="")
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert answer["Tus-Extension"] == "creation,checksum,termination,expiration"
        assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert int(answer["Tus-Max-Size"]) == 10_000_000_000

    def test_refuse_too_much_nothing_and_nonsense(self, sender: Sender) -> None:
        for length, status in (("10000000001", 413), ("0", 422), ("-1", 422), ("", 422)):
            assert sender.call("POST", sender.uploads, Upload_Length=length).status_code == status
        assert sender.call("POST", sender.uploads, Upload_Length="1", Upload_Metadata="a ***").status_code == 400
        assert sender.call("POST", sender.uploads, Upload_Length="1", Tus_Resumable="0.2.0").status_code == 412

    def test_of_a_record_one_may_not_see_are_not_there(self, sender: Sender) -> None:
        with acting_as(sender.cast.outsider):
            _, token = create_token(
                account_id=sender.cast.outsider.id, label="t", permissions=sorted(sender.cast.outsider.permissions),
                by=sender.cast.outsider,
            )  # fmt: skip
        address = sender.begin()
        sender.token = token
        assert sender.call("POST", sender.uploads, Upload_Length="1").status_code == 404
        assert sender.call("HEAD", address).status_code == 404
        assert sender.patch(address, b"x", 0).status_code == 404
        assert sender.call("DELETE", address).status_code == 404

    def test_into_a_section_that_is_none_of_ours_are_refused(self, sender: Sender) -> None:
        other = base64.b64encode(str(sender.cast.signals.id).encode()).decode()
        answer = sender.call("POST", sender.uploads, Upload_Length="1", Upload_Metadata=f"compartment {other}")
        assert answer.status_code == 404


class TestUpload:
    """HEAD, PATCH, DELETE"""

    def test_becomes_an_exhibit_with_its_last_byte(self, sender: Sender) -> None:
        name = base64.b64encode("Türe.bin".encode()).decode()
        address = sender.begin(Upload_Metadata=f"filename {name}")
        assert sender.patch(address, CONTENT[:100_000], 0)["Upload-Offset"] == "100000"
        forget_hashes()  # As after a restart of the server.
        last = sender.patch(address, CONTENT[100_000:], 100_000)
        assert last.status_code == 204
        assert last["Longwatch-Exhibit"] == str(sender.exhibit().id)
        assert sender.exhibit().name == "Türe.bin"
        assert sender.content() == CONTENT
        head = sender.call("HEAD", address)
        assert (head["Upload-Offset"], head["Upload-Length"]) == (str(len(CONTENT)),) * 2
        assert sender.patch(address, b"x", len(CONTENT)).status_code == 409

    def test_shows_nothing_of_itself_on_the_disk(self, sender: Sender, tmp_path: Path) -> None:
        address = sender.begin(length=1_000_000)
        sender.patch(address, b"secret words " * 20_000, 0)
        files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "lock"]
        assert files
        assert not any(b"secret" in path.read_bytes() for path in files)
        with acting_as(sender.cast.analyst):
            assert b"secret" not in bytes(ResumableUpload.objects.get(record_id=sender.record).tail)

    def test_goes_on_only_from_where_it_stands(self, sender: Sender) -> None:
        address = sender.begin()
        sender.patch(address, CONTENT[:1000], 0)
        for offset in (0, 999, 1001):
            assert sender.patch(address, b"x", offset).status_code == 409
        assert sender.call("HEAD", address)["Upload-Offset"] == "1000"

    @pytest.mark.parametrize(("algorithm", "make"), [("sha1", hashlib.sha1), ("sha256", hashlib.sha256)])
    def test_keeps_nothing_of_a_piece_that_arrived_damaged(self, sender: Sender, algorithm: str, make: Any) -> None:
        address = sender.begin()
        digest = base64.b64encode(make(CONTENT[:90_000]).digest()).decode()
        damaged = sender.patch(address, CONTENT[1:90_001], 0, Upload_Checksum=f"{algorithm} {digest}")
        assert damaged.status_code == 460
        assert sender.call("HEAD", address)["Upload-Offset"] == "0"
        assert sender.patch(address, CONTENT[:90_000], 0, Upload_Checksum=f"{algorithm} {digest}").status_code == 204
        sender.patch(address, CONTENT[90_000:], 90_000)
        assert sender.content() == CONTENT

    def test_refuses_checksums_it_does_not_know(self, sender: Sender) -> None:
        assert sender.patch(sender.begin(), b"x", 0, Upload_Checksum="md5 AAAA").status_code == 400

    def test_refuses_more_than_was_said(self, sender: Sender) -> None:
        address = sender.begin(length=10)
        assert sender.patch(address, b"x" * 11, 0).status_code == 413

    def test_refuses_another_kind_of_body(self, sender: Sender) -> None:
        assert sender.patch(sender.begin(), b"x", 0, Content_Type="text/plain").status_code == 415

    def test_is_written_by_one_at_a_time(self, sender: Sender) -> None:
        address = sender.begin()
        with acting_as(sender.cast.analyst):
            ResumableUpload.objects.update(lease=UUID(int=1), leased_until=clock.now() + timedelta(seconds=30))
        assert sender.patch(address, b"x", 0).status_code == 423
        assert sender.call("DELETE", address).status_code == 423
        with acting_as(sender.cast.analyst):
            ResumableUpload.objects.update(leased_until=clock.now() - timedelta(seconds=1))
        assert sender.patch(address, b"x", 0).status_code == 204

    def test_is_over_when_its_time_is(self, sender: Sender) -> None:
        address = sender.begin()
        assert "Upload-Expires" in sender.call("HEAD", address).headers
        with acting_as(sender.cast.analyst):
            ResumableUpload.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        assert sender.call("HEAD", address).status_code == 410
        assert sender.patch(address, b"x", 0).status_code == 410

    def test_ends_when_it_is_cancelled(self, sender: Sender, tmp_path: Path) -> None:
        address = sender.begin()
        sender.patch(address, b"x" * 1000, 0)
        assert sender.call("DELETE", address).status_code == 204
        assert sender.call("HEAD", address).status_code == 404
        assert not list(tmp_path.rglob("incoming/*"))
