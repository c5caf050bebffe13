# SPDX-License-Identifier: Apache-2.0
"""Looking at safe copies: who saw a file of a restricted record is written down."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.oversight import Sight
from longwatch.access.services.compartments import open_compartment
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.looking import look_at_copy, picture_of_copy
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.rendering import work_due
from longwatch.records.reference import RecordRef
from tests.evidence.rendering import samples
from tests.personas import Cast


@pytest.fixture
def restricted(cast: Cast, record: RecordRef) -> RecordRef:
    """A record of named members: the analyst."""
    with acting_as(cast.analyst):
        inside = open_compartment(name="Quiet", kind=CompartmentKind.RECORD, by=cast.analyst)
    return replace(record, id=uuid7(), compartment_id=inside.id)


@pytest.fixture
def row(cast: Cast, restricted: RecordRef) -> Exhibit:
    with acting_as(cast.analyst):
        return add_exhibit(restricted, SimpleUploadedFile("gate.jpg", samples.jpeg()), by=cast.analyst)


def sights(cast: Cast, row: Exhibit) -> list[str]:
    with acting_as(cast.analyst):
        return list(Sight.objects.filter(record_id=row.record_id).order_by("id").values_list("how", flat=True))


class TestLookAtCopy:
    """look_at_copy"""

    def test_is_a_file_that_somebody_saw_once_it_is_shown(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.analyst):
            assert look_at_copy(row, by=cast.analyst) == (None, None)
        assert sights(cast, row) == ["viewed"]
        with acting_as(None):
            work_due(row.org_id)
        with acting_as(cast.analyst):
            for _ in range(2):
                _, copy = look_at_copy(row, by=cast.analyst)
                assert copy is not None
            assert [link.kind for link in selectors.custody(row.id)] == ["received", "viewed"]
        assert sights(cast, row) == ["viewed", "file"]

    def test_is_for_who_reads_evidence(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.auditor), pytest.raises((NotAllowed, NotFound)):
            look_at_copy(row, by=cast.auditor)


class TestPictureOfCopy:
    """picture_of_copy"""

    def test_is_for_who_looked_at_the_copy(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(None):
            work_due(row.org_id)
        with acting_as(cast.analyst):
            with pytest.raises(NotFound):
                picture_of_copy(row, 0, by=cast.analyst)
            look_at_copy(row, by=cast.analyst)
            place, content = picture_of_copy(row, 0, by=cast.analyst)
        assert place.content_type == "image/jpeg"
        assert len(content) == place.length
