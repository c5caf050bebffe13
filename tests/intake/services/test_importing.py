# SPDX-License-Identifier: Apache-2.0
"""Signals from files."""

import gzip
import zipfile
from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, TooLarge
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.services import importing
from longwatch.intake.services.importing import Imported, Importer
from longwatch.intake.services.sources import switch_source
from tests.intake.cast_signals import make_source
from tests.personas import Cast

TWO = b'{"title": "One"}\n{"title": "Two"}\n'


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "alerts"


def read(cast: Cast, source: Source, file: Path) -> Imported:
    total = Imported()
    for part in Importer(source, cast.administrator).read(file):
        total += part
    return total


def titles(cast: Cast, source: Source) -> set[str]:
    with acting_as(cast.supervisor):
        return set(Signal.objects.filter(source=source).values_list("title", flat=True))


class TestImporter:
    def test_reads_a_record_a_line_and_keeps_its_bytes(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(b"\xef\xbb\xbf" + TWO + b"\n")
        assert read(cast, source, file) == Imported(signals=2, created=2)
        assert titles(cast, source) == {"One", "Two"}
        with acting_as(cast.supervisor):
            raws = {bytes(each.raw) for each in Occurrence.objects.filter(source_id=source.id)}
        assert raws == {b'{"title": "One"}', b'{"title": "Two"}'}

    def test_reads_a_document_over_many_lines(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(b'{\n "title":\n "One"\n}')
        assert read(cast, source, file) == Imported(signals=1, created=1)

    def test_reads_a_mail_as_one_document(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(b"From: a@example.org\r\nSubject: Hi\r\n\r\nOne\r\nTwo\r\n")
        assert read(cast, source, file) == Imported(1, 1, 0)

    def test_reads_packed_files(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(gzip.compress(TWO))
        assert read(cast, source, file).signals == 2
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a/one.json", b'{"title": "Three"}')
            archive.writestr("b.json", b'{"title": "Four"}')
        assert read(cast, source, file).signals == 2
        assert titles(cast, source) == {"One", "Two", "Three", "Four"}

    def test_counts_again_what_it_read_before(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(TWO)
        assert [read(cast, source, file).created for _ in range(2)] == [2, 0]

    def test_keeps_lines_that_cannot_be_read(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(b'{"title": "One"}\n{"title": }\n\xff\n')
        assert read(cast, source, file) == Imported(signals=1, created=1, unreadable=2)
        with acting_as(cast.supervisor):
            [kept] = Delivery.objects.filter(source=source)
        assert (bytes(kept.raw), kept.way, kept.state) == (b'{"title": }\n\xff', "file", "failed")

    def test_goes_on_batch_by_batch(
        self, cast: Cast, source: Source, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "BATCH", 2)
        file.write_bytes(b"".join(b'{"title": "%d"}\n' % number for number in range(5)))
        parts = list(Importer(source, cast.administrator).read(file))
        assert [part.signals for part in parts] == [2, 2, 1]

    def test_has_nothing_to_do_with_an_empty_file(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(b"")
        assert read(cast, source, file) == Imported()

    @pytest.mark.parametrize("raw", [gzip.compress(TWO, mtime=0)[:-12], b"PK\x03\x04 nothing", b"\x1f\x8bnothing"])
    def test_refuses_what_cannot_be_unpacked(self, cast: Cast, source: Source, file: Path, raw: bytes) -> None:
        file.write_bytes(raw)
        with pytest.raises(Invalid):
            read(cast, source, file)

    def test_refuses_what_grows_beyond_measure(
        self, cast: Cast, source: Source, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "LARGEST_UNPACKED", 1_000_000)
        file.write_bytes(gzip.compress(b"\n" * 5_000_000))
        with pytest.raises(TooLarge):
            read(cast, source, file)

    def test_refuses_a_document_that_is_too_large(
        self, cast: Cast, source: Source, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "LARGEST_DOCUMENT", 100)
        file.write_bytes(b"[\n" + b" " * 200)
        with pytest.raises(TooLarge):
            read(cast, source, file)

    def test_refuses_a_source_that_is_switched_off(self, cast: Cast, source: Source, file: Path) -> None:
        file.write_bytes(TWO)
        with acting_as(cast.supervisor):
            switched = switch_source(source.id, on=False, by=cast.supervisor)
        with pytest.raises(NotAllowed):
            read(cast, switched, file)


def test_a_line_that_is_no_text_is_kept(cast: Cast, tmp_path: Path) -> None:
    source, file = make_source(cast), tmp_path / "odd"
    file.write_bytes('{"title": "ä'.encode()[:-1] + b'"}')
    assert [part.unreadable for part in Importer(source, cast.supervisor).read(file)] == [1]


def test_a_time_that_no_database_knows_is_refused_and_kept(cast: Cast, tmp_path: Path) -> None:
    source, file = make_source(cast), tmp_path / "odd"
    file.write_bytes(b'{"title": "x", "occurred_at": "9999-12-31T23:59:59-23:59"}\n{"title": "y"}\n')
    told = list(Importer(source, cast.supervisor).read(file))
    assert [(part.signals, part.unreadable) for part in told] == [(1, 1)]
