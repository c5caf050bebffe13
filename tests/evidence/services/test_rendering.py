# SPDX-License-Identifier: Apache-2.0
"""Safe copies made by the job, and what scanners said, kept with their ledger entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.discretion import day_of
from longwatch.core.ids import uuid7
from longwatch.evidence import selectors
from longwatch.evidence.copies import dangers_of, open_copy, picture, rendition_of, scans_of
from longwatch.evidence.models import Exhibit, Rendition
from longwatch.evidence.scanners import Found
from longwatch.evidence.services import rendering
from longwatch.evidence.services.keeping import keep_sealed, key_of
from longwatch.evidence.services.receiving import add_exhibit, next_number, received
from longwatch.evidence.services.rendering import work_due
from longwatch.evidence.services.sweeping import sweep
from longwatch.evidence.store import store_of
from longwatch.ledger.models import LedgerEntry
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from tests.evidence.rendering import samples
from tests.personas import Cast


def kept(cast: Cast, record: RecordRef, content: bytes, name: str = "x") -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile(name, content), by=cast.responder)


def kept_by_reporter(cast: Cast, signal: RecordRef, day: datetime) -> Exhibit:
    """As a report keeps it: dated to the day, received from nobody."""
    with acting_as(cast.analyst):
        key = key_of(signal, by=cast.analyst)
        sealed = keep_sealed(signal.org_id, key, [b"Seen at nine"], 1000)
        row = Exhibit(
            org_id=signal.org_id, compartment_id=signal.compartment_id, record_kind="signal", record_id=signal.id,
            number=next_number(signal), name="note.txt", content_type="text/plain", size=sealed.size,
            sha256=sealed.sha256, key_id=key.id, sealed_sha256=sealed.sealed_sha256, sealed_size=sealed.sealed_size,
            received_label="Reporter", received_at=day,
        )  # fmt: skip
        return ledger.record_created(received(row), by=cast.analyst, row=row)


def worked(record: RecordRef) -> int:
    with acting_as(None):
        return work_due(record.org_id)


@dataclass(frozen=True)
class Told:
    """A scanner that says what it is told to say."""

    names: tuple[str, ...]
    name: str = "ClamAV"
    broken: bool = False

    def look(self, chunks: Iterator[bytes]) -> Found:
        assert b"".join(chunks)
        if self.broken:
            raise OSError("no daemon")
        return Found(self.names, "Test 1")


class TestWorkDue:
    """work_due"""

    def test_makes_one_copy_of_each_file_and_is_done(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, samples.jpeg())
        assert (worked(record), worked(record)) == (1, 0)
        with acting_as(cast.analyst):
            made = rendition_of(row.id)
            assert made is not None
            assert (made.state, made.kind, made.key_id) == ("ready", "image", row.key_id)
            copy, file = open_copy(made)
            file.close()
            assert dict(copy.facts)["EXIF Make"] == "Halden Optical"
            place, content = picture(made, 0)
            assert (place.content_type, content[:3]) == ("image/jpeg", b"\xff\xd8\xff")

    def test_a_copy_has_its_entry_and_is_no_link_of_the_chain(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, b"Seen at nine")
        worked(record)
        with acting_as(cast.analyst):
            made = rendition_of(row.id)
            assert made is not None
            entry = LedgerEntry.objects.get(id=made.version)
            assert (entry.action, entry.subject_id) == ("evidence.copy_made", made.id)
            assert [link.kind for link in selectors.custody(row.id)] == ["received"]

    def test_a_hostile_file_ends_in_a_word(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, samples.png_bomb())
        assert (worked(record), worked(record)) == (1, 0)
        with acting_as(cast.analyst):
            made = rendition_of(row.id)
            assert made is not None
            assert (made.state, made.why, made.sealed_sha256) == ("refused", "too_many_pixels", "")

    def test_a_file_too_large_is_not_read(self, cast: Cast, record: RecordRef, settings: LazySettings) -> None:
        settings.PREVIEW_BYTES = 100
        row = kept(cast, record, samples.jpeg())
        worked(record)
        with acting_as(cast.analyst):
            made = rendition_of(row.id)
            assert made is not None
            assert made.why == "too_large"

    def test_what_a_reporter_sent_waits_until_their_day_is_over_or_somebody_looks(self, cast: Cast) -> None:
        today = day_of(clock.now())
        signal = RecordRef(
            RecordKind.SIGNAL, uuid7(), cast.organisation.id, cast.operations.id, "", "Door", closed=False
        )
        row = kept_by_reporter(cast, signal, today)
        with acting_as(None):
            assert work_due(signal.org_id) == 0
            assert work_due(signal.org_id, only=row.id) == 1
        kept_by_reporter(cast, signal, today - timedelta(days=1))
        assert worked(signal) == 1

    def test_readers_elsewhere_see_neither(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, b"Seen at nine")
        worked(record)
        with acting_as(cast.outsider):
            assert rendition_of(row.id) is None
            assert scans_of(row.id) == []

    def test_is_the_job_s_alone_and_never_changed(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, b"Seen at nine")
        worked(record)
        with acting_as(cast.analyst):
            assert work_due(record.org_id, only=row.id) == 0
            for statement in (
                "select evidence_keep_rendition('{}')", "select evidence_keep_scan('{}')",
                "update evidence_rendition set state = 'refused'", "delete from evidence_rendition",
            ):  # fmt: skip
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)

    def test_is_sealed_with_the_key_of_its_original(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, b"Seen at nine")
        worked(record)
        with acting_as(cast.analyst):
            made = Rendition.objects.get(exhibit_id=row.id)
        sealed = store_of(record.org_id).open(made.sealed_sha256)
        content = sealed.read_at(0, sealed.size)
        sealed.close()
        assert made.key_id == row.key_id
        assert b"Seen at nine" not in content

    def test_copies_are_not_swept_away(self, cast: Cast, record: RecordRef) -> None:
        row = kept(cast, record, b"Seen at nine")
        worked(record)
        with acting_as(None):
            assert sweep(record.org_id, patience=-1) == 0
        with acting_as(cast.analyst):
            open_copy(Rendition.objects.get(exhibit_id=row.id))[1].close()


class TestScan:
    """Scanners"""

    def test_a_hit_makes_the_exhibit_dangerous_and_is_told(
        self, cast: Cast, record: RecordRef, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rendering, "scanners_set_up", lambda: [Told(("Eicar-Test",))])
        row = kept(cast, record, b"Seen at nine")
        assert (worked(record), worked(record)) == (1, 0)
        with acting_as(cast.analyst):
            assert [why.said for why in dangers_of(row)] == ["ClamAV: Eicar-Test"]
            (scan,) = scans_of(row.id)
            assert (scan.verdict, scan.found, scan.engine) == ("hit", "Eicar-Test", "Test 1")
            assert LedgerEntry.objects.get(id=scan.version).record_id == record.id

    def test_nothing_found_is_kept_too(self, cast: Cast, record: RecordRef, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rendering, "scanners_set_up", lambda: [Told(())])
        row = kept(cast, record, b"Seen at nine")
        worked(record)
        with acting_as(cast.analyst):
            assert [scan.verdict for scan in scans_of(row.id)] == ["clean"]
            assert dangers_of(row) == []

    def test_a_scanner_that_cannot_look_is_asked_three_times(
        self, cast: Cast, record: RecordRef, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rendering, "scanners_set_up", lambda: [Told((), broken=True)])
        row = kept(cast, record, b"Seen at nine")
        assert [worked(record) for _ in range(4)] == [1, 1, 1, 0]
        with acting_as(cast.analyst):
            assert [scan.verdict for scan in scans_of(row.id)] == ["failed"]

    def test_a_scanner_set_up_later_looks_at_what_is_there(
        self, cast: Cast, record: RecordRef, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept(cast, record, b"Seen at nine")
        assert worked(record) == 1
        monkeypatch.setattr(rendering, "scanners_set_up", lambda: [Told(())])
        assert (worked(record), worked(record)) == (1, 0)
