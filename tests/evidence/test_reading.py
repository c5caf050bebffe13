# SPDX-License-Identifier: Apache-2.0
"""The content of exhibits, opened."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.evidence.keyring import Locked
from longwatch.evidence.models import Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.unsealing import Damaged
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("note.txt", b"Seen at nine"), by=cast.responder)


def place_of(directory: Path, row: Exhibit) -> Path:
    return next(path for path in directory.rglob(row.sealed_sha256))


class TestOpenExhibit:
    """open_exhibit"""

    def test_reads_the_content(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.analyst), open_exhibit(row) as content:
            assert content.read() == b"Seen at nine"

    def test_needs_the_key_which_is_not_there_outside_the_compartment(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.hr), pytest.raises(Locked):
            open_exhibit(row)

    def test_refuses_bytes_that_were_changed_or_are_gone(
        self, cast: Cast, row: Exhibit, evidence_directory: Path
    ) -> None:
        place = place_of(evidence_directory, row)
        data = place.read_bytes()
        os.chmod(place, 0o600)
        place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with acting_as(cast.analyst), pytest.raises(Damaged), open_exhibit(row) as content:
            content.read()
        place.unlink()
        with acting_as(cast.analyst), pytest.raises(Damaged):
            open_exhibit(row)
