# SPDX-License-Identifier: Apache-2.0
"""Files of an older version, sealed one after the other."""

import hashlib
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.plain_store import BlobStore
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.receiving import next_number, received
from longwatch.evidence.services.sealing_old import seal_old
from longwatch.records.reference import RecordRef
from tests.evidence.plain_blobs import plain_blob
from tests.personas import Cast

NOTE = b"Seen at nine"


def plain_exhibit(cast: Cast, record: RecordRef, directory: Path, content: bytes = NOTE) -> Exhibit:
    """As an older version kept it."""
    sha256 = plain_blob(BlobStore.of(directory, record.org_id), content)
    with acting_as(cast.responder):
        row = Exhibit(
            org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
            number=next_number(record), name="note.txt", content_type="text/plain", size=len(content),
            sha256=sha256, received_by_id=cast.responder.id, received_label=cast.responder.label,
        )  # fmt: skip
        return ledger.record_created(received(row), by=cast.responder, row=row)


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.name != "lock"]


class TestSealOld:
    """seal_old"""

    def test_seals_what_lies_open_and_readers_see_the_same(
        self, cast: Cast, record: RecordRef, evidence_directory: Path,
        django_capture_on_commit_callbacks: "object",
    ) -> None:  # fmt: skip
        row = plain_exhibit(cast, record, evidence_directory)
        with acting_as(cast.analyst), open_exhibit(row) as content:
            assert content.read() == NOTE
        with acting_as(None), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert seal_old(record.org_id) == 1
            assert seal_old(record.org_id) == 0
        with acting_as(cast.analyst):
            now = selectors.exhibit(row.id)
            with open_exhibit(now) as content:
                assert content.read() == NOTE
            assert [link.kind for link in selectors.custody(row.id)] == ["received"]
        assert now.version > row.version
        (sealed,) = files(evidence_directory)
        assert sealed.name == now.sealed_sha256 == hashlib.sha256(sealed.read_bytes()).hexdigest()

    def test_keeps_the_open_file_until_the_last_exhibit_in_it_is_sealed(
        self, cast: Cast, record: RecordRef, evidence_directory: Path
    ) -> None:
        rows = [plain_exhibit(cast, record, evidence_directory) for _ in range(2)]
        with acting_as(None):
            assert selectors.is_needed_unsealed(record.org_id, rows[0].sha256)
            assert not selectors.is_needed_unsealed(record.org_id, "0" * 64)
            assert seal_old(record.org_id) == len(rows)
            assert not selectors.is_needed_unsealed(record.org_id, rows[0].sha256)
        with acting_as(cast.outsider):
            assert selectors.is_needed_unsealed(record.org_id, "0" * 64)

    def test_leaves_a_file_whose_bytes_were_changed(
        self, cast: Cast, record: RecordRef, evidence_directory: Path
    ) -> None:
        row = plain_exhibit(cast, record, evidence_directory)
        (place,) = files(evidence_directory)
        place.chmod(0o600)
        place.write_bytes(b"Seen at ten!")
        with acting_as(None):
            assert seal_old(record.org_id) == 0
        with acting_as(cast.analyst):
            assert selectors.exhibit(row.id).sealed_sha256 == ""
        assert place in files(evidence_directory)

    def test_is_the_job_s_alone(self, cast: Cast, record: RecordRef, evidence_directory: Path) -> None:
        row = plain_exhibit(cast, record, evidence_directory)
        with acting_as(cast.outsider):
            assert seal_old(record.org_id) == 0
            with (
                pytest.raises(DatabaseError, match="only unsealed"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"select evidence_seal_exhibit('{row.id}', '{{}}', 'x', 1, 1)")
