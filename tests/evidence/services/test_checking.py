# SPDX-License-Identifier: Apache-2.0
"""Stored bytes read again."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.evidence import selectors
from longwatch.evidence.models import BlobCheck, Exhibit
from longwatch.evidence.services.checking import check_due, verify
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.records.reference import RecordRef
from tests.fixtures.spoiling import spoiled
from tests.personas import Cast


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("note.txt", b"Seen at nine"), by=cast.responder)


def spoil(directory: Path, row: Exhibit) -> None:
    (place,) = directory.rglob(row.sealed_sha256)
    place.chmod(0o600)
    place.write_bytes(spoiled(place.read_bytes()))


def kinds(cast: Cast, row: Exhibit) -> list[tuple[str, str]]:
    with acting_as(cast.analyst):
        return [(link.kind, link.actor_label) for link in selectors.custody(row.id)]


class TestCheckDue:
    """check_due"""

    def test_finds_intact_bytes_and_comes_back_when_it_is_time(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(None):
            assert check_due(row.org_id) == (1, 0)
            assert check_due(row.org_id) == (0, 0)
            assert check_due(row.org_id, every=timedelta()) == (1, 0)
        with acting_as(cast.analyst):
            assert BlobCheck.objects.get(exhibit=row).found == "intact"
        assert kinds(cast, row) == [("received", "Ravi Responder")]

    def test_enters_damage_into_the_chain_of_custody_once(
        self, cast: Cast, row: Exhibit, evidence_directory: Path
    ) -> None:
        spoil(evidence_directory, row)
        with acting_as(None):
            assert check_due(row.org_id) == (1, 1)
            assert check_due(row.org_id, every=timedelta()) == (1, 1)
        assert kinds(cast, row) == [("received", "Ravi Responder"), ("damaged", "Longwatch")]
        with acting_as(cast.analyst):
            assert BlobCheck.objects.get(exhibit=row).found == "changed"

    def test_tells_nobody_else_what_there_is(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.outsider):
            assert check_due(row.org_id) == (0, 0)


class TestVerify:
    """verify"""

    def test_reads_the_content_and_says_so(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.analyst):
            verify(row.id, by=cast.analyst)
        assert kinds(cast, row)[-1] == ("verified", "Ana Analyst")

    def test_finds_damage(self, cast: Cast, row: Exhibit, evidence_directory: Path) -> None:
        spoil(evidence_directory, row)
        with acting_as(cast.analyst):
            assert verify(row.id, by=cast.analyst).reason == "changed"

    def test_finds_nothing_outside_the_compartment(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            verify(row.id, by=cast.hr)
