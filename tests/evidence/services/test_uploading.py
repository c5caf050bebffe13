# SPDX-License-Identifier: Apache-2.0
"""Files that arrive in pieces."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, NotAllowed
from longwatch.evidence.models import Exhibit, ResumableUpload
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.uploading import LEASE, Checksum, Gone, InUse, Writer, admit, begin_upload, draft_of
from longwatch.records.reference import RecordRef
from tests.evidence.restarting import forget_hashes
from tests.personas import Cast


def made(row: ResumableUpload) -> Exhibit:
    """The exhibit that an upload became."""
    assert row.exhibit_id
    return Exhibit.objects.get(id=row.exhibit_id)


def send(cast: Cast, record: RecordRef, pieces: list[bytes], *, forget: bool = False) -> Exhibit:
    row = begin_upload(record, length=sum(map(len, pieces)), name="a.bin", by=cast.responder)
    offset = 0
    for piece in pieces:
        if forget:
            forget_hashes()
        with Writer(admit(lambda _: record, row.id, offset=offset, by=cast.responder)) as writer:
            writer.write(piece)
            row = writer.end()
        offset += len(piece)
    return made(row)


class TestWriter:
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(sizes=st.lists(st.integers(1, 150_000), min_size=1, max_size=5), forget=st.booleans())
    def test_makes_the_same_exhibit_however_it_is_cut(
        self, cast: Cast, record: RecordRef, sizes: list[int], forget: bool
    ) -> None:
        pieces = [os.urandom(size) for size in sizes]
        with acting_as(cast.responder):
            row = send(cast, record, pieces, forget=forget)
            with open_exhibit(row) as content:
                assert (content.readall() or b"") == b"".join(pieces)

    def test_writes_over_what_was_not_kept(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = begin_upload(record, length=200_000, name="a.bin", by=cast.responder)
            with draft_of(row).open("ab") as file:
                file.write(b"left by a process that died" * 1000)
            with Writer(admit(lambda _: record, row.id, offset=0, by=cast.responder)) as writer:
                writer.write(b"x" * 200_000)
                done = writer.end()
            with open_exhibit(made(done)) as content:
                assert content.readall() == b"x" * 200_000

    def test_that_slept_too_long_leaves_the_file_to_the_next(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = begin_upload(record, length=400_000, name="a.bin", by=cast.responder)
            asleep = Writer(admit(lambda _: record, row.id, offset=0, by=cast.responder))
            asleep.write(b"a" * 100_000)
            with clock.unsafe_pretend(clock.now() + LEASE * 2):
                with Writer(admit(lambda _: record, row.id, offset=0, by=cast.responder)) as awake:
                    awake.write(b"b" * 400_000)
                    done = awake.end()
                with pytest.raises(InUse), asleep:
                    asleep.write(b"a" * 200_000)
            with open_exhibit(made(done)) as content:
                assert content.readall() == b"b" * 400_000

    def test_keeps_a_slow_piece_with_a_checksum_its_own(self, cast: Cast, record: RecordRef) -> None:
        content = b"slow" * 10
        with acting_as(cast.responder):
            row = begin_upload(record, length=40, name="a.bin", by=cast.responder)
            checksum = Checksum("sha256", hashlib.sha256(content).digest())
            permit = admit(lambda _: record, row.id, offset=0, checksum=checksum, by=cast.responder)
            with Writer(permit) as writer:
                with clock.unsafe_pretend(clock.now() + LEASE * 0.8):
                    writer.write(content)
                with clock.unsafe_pretend(clock.now() + LEASE * 1.2), pytest.raises(InUse):
                    admit(lambda _: record, row.id, offset=0, by=cast.responder)
                assert writer.end().exhibit_id is not None

    def test_is_over_when_the_pieces_are_lost(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = begin_upload(record, length=10, name="a.bin", by=cast.responder)
            draft_of(row).unlink()
            with pytest.raises(Gone):
                Writer(admit(lambda _: record, row.id, offset=0, by=cast.responder))


class TestBeginUpload:
    def test_is_refused_for_a_closed_record_and_without_the_permission(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder), pytest.raises(Conflict):
            begin_upload(replace(record, closed=True), length=1, name="a", by=cast.responder)
        with acting_as(cast.auditor), pytest.raises(NotAllowed):
            begin_upload(record, length=1, name="a", by=cast.auditor)

    def test_leaves_no_plain_file(self, cast: Cast, record: RecordRef, evidence_directory: Path) -> None:
        with acting_as(cast.responder):
            send(cast, record, [b"secret words"])
        files = [path for path in evidence_directory.rglob("*") if path.is_file() and path.name != "lock"]
        assert len(files) == 1
        assert b"secret" not in files[0].read_bytes()
