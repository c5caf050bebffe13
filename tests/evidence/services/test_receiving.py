# SPDX-License-Identifier: Apache-2.0
"""Files become exhibits."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core.actor import public_reporter
from longwatch.core.errors import Conflict, Invalid, NotAllowed, TooLarge
from longwatch.core.ids import uuid7
from longwatch.evidence import selectors
from longwatch.evidence.models import CustodyEvent, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.receiving import add_exhibit, add_public_attachment
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import timeline
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def kept(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.name != "lock"]


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def upload(content: bytes = PNG, name: str = "door.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


class TestAddExhibit:
    """add_exhibit"""

    def test_keeps_the_bytes_sealed_under_their_hash(
        self, cast: Cast, record: RecordRef, evidence_directory: Path
    ) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, upload(), note=" by the gate ", by=cast.responder)
        digest = hashlib.sha256(PNG).hexdigest()
        (place,) = kept(evidence_directory)
        assert place.name == row.sealed_sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
        assert place.stat().st_mode & 0o777 == 0o400
        assert PNG[:16] not in place.read_bytes()
        assert place.stat().st_size == row.sealed_size
        with acting_as(cast.analyst), open_exhibit(row) as content:
            assert content.read() == PNG
        assert (row.number, row.sha256, row.size, row.content_type) == (1, digest, len(PNG), "image/png")
        assert (row.name, row.note, row.received_label) == ("door.png", "by the gate", "Ravi Responder")

    def test_appends_its_event_and_the_receipt(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, upload(), by=cast.responder)
            lines = timeline(record.id, by=cast.analyst).rows
            chain = list(selectors.custody(row.id))
        assert [line.action for line in lines] == ["evidence.received"]
        assert lines[0].fields["sha256"] == row.sha256
        assert [(link.kind, link.actor_label) for link in chain] == [("received", "Ravi Responder")]

    def test_numbers_exhibits_within_their_record(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            numbers = [add_exhibit(record, upload(), by=cast.responder).number for _ in range(3)]
            other = add_exhibit(replace(record, id=uuid7()), upload(), by=cast.responder)
        assert numbers == [1, 2, 3]
        assert other.number == 1

    def test_seals_the_same_content_twice_so_that_nobody_can_see_it_is_the_same(
        self, cast: Cast, record: RecordRef, evidence_directory: Path
    ) -> None:
        with acting_as(cast.responder):
            first = add_exhibit(record, upload(), by=cast.responder)
            second = add_exhibit(record, upload(name="again.png"), by=cast.responder)
        assert first.sha256 == second.sha256
        assert first.sealed_sha256 != second.sealed_sha256
        assert len(kept(evidence_directory)) == 2

    def test_seals_what_belongs_to_one_compartment_with_one_key_and_the_next_with_another(
        self, cast: Cast, record: RecordRef
    ) -> None:
        with acting_as(cast.responder):
            one, two = (add_exhibit(record, upload(), by=cast.responder) for _ in range(2))
            other = add_exhibit(replace(record, id=uuid7()), upload(), by=cast.responder)
        assert one.key_id == two.key_id != other.key_id

    def test_believes_the_bytes_and_not_the_sender(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(
                record, upload(b"<svg onload=alert(1)>", "../../a\\photo\u202egnp.exe"), by=cast.responder
            )
        assert (row.name, row.content_type) == ("photognp.exe", "image/svg+xml")

    def test_refuses_a_file_that_is_too_large_and_leaves_nothing(
        self, cast: Cast, record: RecordRef, settings: LazySettings, evidence_directory: Path
    ) -> None:
        settings.MAX_UPLOAD_BYTES = 2_000_000

        class Endless:
            name, size = "endless.bin", None

            def chunks(self) -> Iterator[bytes]:
                while True:
                    yield b"x" * 65536

        with acting_as(cast.responder), pytest.raises(TooLarge, match="2 MB"):
            add_exhibit(record, Endless(), by=cast.responder)
        assert not kept(evidence_directory)

    def test_refuses_an_empty_file(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder), pytest.raises(Invalid):
            add_exhibit(record, upload(b""), by=cast.responder)

    def test_refuses_a_closed_record(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder), pytest.raises(Conflict):
            add_exhibit(replace(record, closed=True), upload(), by=cast.responder)

    def test_needs_the_permission(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.auditor), pytest.raises(NotAllowed):
            add_exhibit(record, upload(), by=cast.auditor)

    def test_is_refused_by_the_database_outside_the_compartment(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.hr), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            add_exhibit(replace(record, kind=RecordKind.CASE), upload(), by=cast.hr)

    def test_is_seen_inside_the_compartment_only(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            add_exhibit(record, upload(), by=cast.responder)
        for actor, count in ((cast.analyst, 1), (cast.hr, 0), (cast.outsider, 0), (cast.administrator, 0)):
            with acting_as(actor):
                assert (Exhibit.objects.count(), CustodyEvent.objects.count()) == (count, count)


class TestExhibitInTheDatabase:
    """the guards below the services"""

    def test_refuses_a_changed_hash(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            add_exhibit(record, upload(), by=cast.responder)
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                Exhibit.objects.update(sha256="0" * 64)

    def test_refuses_a_changed_chain_of_custody(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            add_exhibit(record, upload(), by=cast.responder)
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                CustodyEvent.objects.update(actor_label="Nobody")

    def test_refuses_a_custody_event_without_an_entry(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, upload(), by=cast.responder)
            with pytest.raises(DatabaseError, match="without a ledger entry"), transaction.atomic():
                add_custody_silently(row)


def add_custody_silently(row: Exhibit) -> None:
    CustodyEvent(org_id=row.org_id, compartment_id=row.compartment_id, exhibit=row, kind="viewed").save()
    connection.check_constraints()


class TestAddPublicAttachment:
    """add_public_attachment"""

    def test_adds_to_a_signal_without_anybody_signed_in(self, cast: Cast) -> None:
        signal = letter(cast)
        with acting_as(None):
            row = add_public_attachment(signal, upload(), by=public_reporter(cast.organisation.id))
            assert not Exhibit.objects.exists()
        with acting_as(cast.analyst):
            seen, chain = selectors.exhibits(signal.id).get(), selectors.custody(row.id).get()
            connection.check_constraints()
        assert (seen.sha256, seen.number, seen.received_by, seen.received_at) == (row.sha256, 1, None, row.received_at)
        assert (chain.kind, chain.actor_label) == ("received", "Reporter")

    def test_may_not_add_to_an_incident(self, cast: Cast, record: RecordRef) -> None:
        by = public_reporter(cast.organisation.id)
        with acting_as(None), pytest.raises(DatabaseError, match="only attachments of signals"), transaction.atomic():
            add_public_attachment(record, upload(), by=by)

    def test_may_not_add_to_a_signal_that_is_not_there_or_no_report(self, cast: Cast) -> None:
        alert = send(make_source(cast), cast).signal_id
        elsewhere = replace(letter(cast), compartment_id=cast.operations.id)
        for signal in (replace(elsewhere, id=uuid7()), replace(elsewhere, id=alert), elsewhere):
            with acting_as(None), pytest.raises(DatabaseError, match="only attachments"), transaction.atomic():
                add_public_attachment(signal, upload(), by=public_reporter(cast.organisation.id))

    def test_is_received_by_whoever_is_signed_in_and_nobody_else(self, cast: Cast) -> None:
        signal = letter(cast)
        with acting_as(cast.reporter):
            row = add_public_attachment(signal, upload(), by=cast.reporter)
            with pytest.raises(DatabaseError, match="only attachments"), transaction.atomic():
                add_public_attachment(signal, upload(), by=cast.responder)
        with acting_as(cast.analyst):
            assert selectors.exhibits(signal.id).get().received_by_id == cast.reporter.id
            assert selectors.custody(row.id).get().actor_id == cast.reporter.id


def letter(cast: Cast) -> RecordRef:
    signal = send(make_source(cast, kind="report"), cast).signal_id
    return RecordRef(RecordKind.SIGNAL, signal, cast.organisation.id, cast.signals.id, "", "Letter", closed=False)
