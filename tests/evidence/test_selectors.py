# SPDX-License-Identifier: Apache-2.0
"""Reading exhibits: row security shows them with their record."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.compartments import open_compartment
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid7
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.checking import check_due
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.records.reference import RecordRef
from tests.personas import Cast

OUTSIDE = ["reporter", "hr", "counsel", "auditor", "administrator", "integration", "outsider"]


def kept(record: RecordRef, content: bytes, by: Actor) -> Exhibit:
    with acting_as(by):
        return add_exhibit(record, SimpleUploadedFile("note.txt", content), by=by)


@pytest.fixture
def quiet(cast: Cast, record: RecordRef) -> RecordRef:
    """A record that only the analyst may see."""
    with acting_as(cast.analyst):
        inside = open_compartment(name="Quiet", kind=CompartmentKind.RECORD, by=cast.analyst)
    return replace(record, id=uuid7(), compartment_id=inside.id)


class TestExhibits:
    """exhibits, exhibits_of_any, exhibit, custody"""

    def test_come_by_number(self, cast: Cast, record: RecordRef) -> None:
        made = [kept(record, text, cast.responder) for text in (b"one", b"two")]
        with acting_as(cast.analyst):
            assert list(selectors.exhibits(record.id)) == made
            assert {each.id for each in selectors.exhibits_of_any([record.id])} == {each.id for each in made}

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_are_not_there_for_who_may_not_see_the_record(self, cast: Cast, record: RecordRef, name: str) -> None:
        row = kept(record, b"one", cast.responder)
        with acting_as(cast.actors[name]):
            assert list(selectors.exhibits(record.id)) == []
            assert list(selectors.exhibits_of_any([record.id])) == []
            assert list(selectors.custody(row.id)) == []
            with pytest.raises(NotFound):
                selectors.exhibit(row.id)

    def test_of_named_members_are_not_there_for_colleagues(self, cast: Cast, quiet: RecordRef) -> None:
        row = kept(quiet, b"secret", cast.analyst)
        with acting_as(cast.analyst):
            assert selectors.exhibit(row.id) == row
        for colleague in (cast.responder, cast.supervisor, cast.investigator):
            with acting_as(colleague):
                assert list(selectors.exhibits(quiet.id)) == []
                with pytest.raises(NotFound):
                    selectors.exhibit(row.id)


class TestBlobsInUse:
    """blobs_in_use"""

    def test_count_whoever_may_see_them(self, cast: Cast, quiet: RecordRef) -> None:
        row = kept(quiet, b"secret", cast.analyst)
        with acting_as(cast.responder):
            assert row.sealed_sha256 in selectors.blobs_in_use(cast.organisation.id)


class TestChecksTold:
    """checks_told"""

    def test_counts_every_file_for_auditors_who_see_none(
        self, cast: Cast, quiet: RecordRef, record: RecordRef, evidence_directory: Path
    ) -> None:
        spoilt = kept(quiet, b"one", cast.analyst)
        (place,) = evidence_directory.rglob(spoilt.sealed_sha256)
        place.chmod(0o600)
        place.write_bytes(b"other")
        with acting_as(None):
            check_due(spoilt.org_id)
        kept(record, b"two", cast.responder)
        with acting_as(cast.auditor):
            told = selectors.checks_told(clock.now() - timedelta(days=30))
            assert not Exhibit.objects.exists()
        assert (told.files, told.looked, told.wrong) == (2, 1, 1)
        assert told.last_at is not None

    @pytest.mark.parametrize("name", ["analyst", "administrator", "outsider"])
    def test_tells_others_nothing(self, cast: Cast, record: RecordRef, name: str) -> None:
        row = kept(record, b"one", cast.responder)
        with acting_as(None):
            check_due(row.org_id)
        with acting_as(cast.actors[name]):
            assert selectors.checks_told(clock.now()) == selectors.ChecksTold()
