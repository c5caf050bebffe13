# SPDX-License-Identifier: Apache-2.0
"""Exhibits handed out, withdrawn and swept."""

import asyncio
import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, transaction
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.evidence import selectors
from longwatch.evidence.delivery import hand_out_file
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.custody import hand_out
from longwatch.evidence.services.keeping import RecordKey, keep_sealed
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.sweeping import sweep
from longwatch.evidence.services.withdrawing import withdraw_exhibit
from longwatch.evidence.store.files import FileStore
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import timeline
from tests.personas import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def exhibit(cast: Cast, record: RecordRef, content: bytes = PNG, name: str = "door.png") -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile(name, content), by=cast.responder)


def orphan(cast: Cast, content: bytes) -> str:
    """Sealed bytes that no exhibit needs."""
    return keep_sealed(cast.organisation.id, RecordKey(uuid7(), bytes(32)), [content], 1000).sealed_sha256


class TestHandOut:
    """hand_out"""

    def test_asks_what_a_copy_is_for(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.analyst), pytest.raises(Invalid, match="what the copy is for"):
            hand_out(row.id, reason=" ", by=cast.analyst)

    def test_grows_the_chain_and_the_ledger(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.analyst):
            hand_out(row.id, reason="For the lab", by=cast.analyst)
            hand_out(row.id, viewed=True, by=cast.analyst)
            chain = [(link.kind, link.actor_label, link.reason) for link in selectors.custody(row.id)]
            actions = [line.action for line in timeline(record.id, by=cast.analyst).rows]
        assert chain == [
            ("received", "Ravi Responder", ""), ("downloaded", "Ana Analyst", "For the lab"),
            ("viewed", "Ana Analyst", ""),
        ]  # fmt: skip
        assert actions == ["evidence.viewed", "evidence.downloaded", "evidence.received"]

    def test_cannot_be_told_twice_by_one_entry(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.analyst):
            hand_out(row.id, reason="Copy", by=cast.analyst)
            link = selectors.custody(row.id)[1]
            link.id, link.actor_label = uuid7(), "Somebody else"
            with pytest.raises(DatabaseError, match="evidence_custody_one_entry"), transaction.atomic():
                link.save(force_insert=True)

    def test_finds_nothing_outside_the_compartment(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        for actor in (cast.outsider, cast.hr, cast.administrator):
            with acting_as(actor), pytest.raises(NotFound):
                hand_out(row.id, by=actor)


class TestFile:
    """GET /files/<id>"""

    def test_downloads_without_telling_the_browser_what_it_is(
        self, cast: Cast, record: RecordRef, client: Client
    ) -> None:
        row = exhibit(cast, record, b"<html><script>alert(1)</script>", 'a"\u00e9.html')
        client.force_login(cast.accounts["analyst"])
        answer = client.post(f"/files/{row.id}", {"reason": "To look at it"}, follow=True)
        assert b"".join(answer.streaming_content) == b"<html><script>alert(1)</script>"  # type: ignore[attr-defined]
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''a%22%C3%A9.html")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")

    def test_shows_no_original_in_the_browser_but_leads_to_the_safe_copy(
        self, cast: Cast, record: RecordRef, client: Client
    ) -> None:
        client.force_login(cast.accounts["analyst"])
        row = exhibit(cast, record)
        answer = client.get(f"/files/{row.id}?inline=1", follow=True)
        assert answer["Content-Type"].startswith("text/html")
        assert b"The safe copy is being made" in answer.content

    @pytest.mark.parametrize("who", ["outsider", "hr", "administrator", "reporter"])
    def test_is_not_there_for_others(self, cast: Cast, record: RecordRef, client: Client, who: str) -> None:
        row = exhibit(cast, record)
        client.force_login(cast.accounts[who])
        assert client.get(f"/files/{row.id}").status_code == 404
        assert client.get(f"/files/{row.id}/custody").status_code == 404

    def test_streams_piece_by_piece_where_the_server_is_asynchronous(self, cast: Cast, record: RecordRef) -> None:
        content = os.urandom(600_000)
        row = exhibit(cast, record, content, "big.bin")
        request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, BytesIO())
        with acting_as(cast.analyst):
            answer = hand_out_file(request, row.id, reason="Lab", actor=cast.analyst)

        async def pieces() -> list[bytes]:
            return [piece async for piece in answer]  # type: ignore[attr-defined]

        read = asyncio.run(pieces())
        answer.close()
        assert b"".join(read) == content
        assert max(len(piece) for piece in read) <= 256 * 1024


class TestWithdrawExhibit:
    """withdraw_exhibit"""

    def test_keeps_the_exhibit_and_says_why(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.analyst):
            withdraw_exhibit(record, row.id, reason=" wrong door ", by=cast.analyst)
            kept, chain = selectors.exhibit(row.id), list(selectors.custody(row.id))
        assert (kept.withdrawal_reason, kept.withdrawn_label) == ("wrong door", "Ana Analyst")
        assert [(link.kind, link.reason) for link in chain] == [("received", ""), ("withdrawn", "wrong door")]

    def test_needs_a_reason_and_happens_once(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.analyst):
            with pytest.raises(Invalid):
                withdraw_exhibit(record, row.id, reason=" ", by=cast.analyst)
            withdraw_exhibit(record, row.id, reason="wrong", by=cast.analyst)
            with pytest.raises(Conflict):
                withdraw_exhibit(record, row.id, reason="again", by=cast.analyst)
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                Exhibit.objects.filter(id=row.id).update(withdrawn_at=None, version=row.version + 10)

    def test_happens_in_the_version_that_was_read_only(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.analyst):
            with pytest.raises(Stale):
                withdraw_exhibit(record, row.id, reason="wrong", by=cast.analyst, expected_version=row.version - 1)
            assert selectors.exhibit(row.id).withdrawn_at is None
            withdraw_exhibit(record, row.id, reason="wrong", by=cast.analyst, expected_version=row.version)
            assert selectors.exhibit(row.id).withdrawn_at is not None

    def test_needs_the_permission_and_the_compartment(self, cast: Cast, record: RecordRef) -> None:
        row = exhibit(cast, record)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            withdraw_exhibit(record, row.id, reason="x", by=cast.outsider)
        unprivileged = cast.analyst.__class__(
            cast.analyst.kind, cast.analyst.id, "Ana", cast.analyst.org_id, permissions=frozenset()
        )
        with acting_as(unprivileged), pytest.raises(NotAllowed):
            withdraw_exhibit(record, row.id, reason="x", by=unprivileged)


class TestSweep:
    """sweep"""

    def test_removes_old_bytes_that_nobody_needs_and_nothing_else(
        self, cast: Cast, record: RecordRef, evidence_directory: Path
    ) -> None:
        row = exhibit(cast, record)
        old, young = (orphan(cast, content) for content in (b"orphan", b"upload in progress"))
        store = FileStore(evidence_directory / cast.organisation.id.hex / "sealed")
        yesterday = time.time() - 90_000
        for name in (row.sealed_sha256, old):
            os.utime(store.path(name), (yesterday, yesterday))
        # Nobody is signed in, and still an exhibit that nobody here may see keeps its bytes.
        with acting_as(None):
            assert sweep(cast.organisation.id) == 1
        assert [store.path(name).exists() for name in (row.sealed_sha256, old, young)] == [True, False, True]
