# SPDX-License-Identifier: Apache-2.0
"""Custody reports as acts."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind, Section
from longwatch.access.services.compartments import open_compartment
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services import reporting
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.reporting import report_on_all, report_on_one
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture
def rows(cast: Cast, record: RecordRef) -> list[Exhibit]:
    with acting_as(cast.responder):
        files = [SimpleUploadedFile(f"{n}.txt", b"Seen %d" % n) for n in (1, 2)]
        return [add_exhibit(record, file, by=cast.responder) for file in files]


def kinds(cast: Cast, row: Exhibit) -> list[tuple[str, str]]:
    with acting_as(cast.responder):
        return [(link.kind, link.reason) for link in selectors.custody(row.id)]


class TestReportOnOne:
    """report_on_one"""

    def test_is_a_link_of_the_chain_that_it_holds_itself(
        self, cast: Cast, record: RecordRef, rows: list[Exhibit]
    ) -> None:
        with acting_as(cast.responder):
            made = report_on_one(record, rows[0].id, reason=" For the court ", by=cast.responder)
        assert [link.kind for link in made.chains[0].links] == ["received", "reported"]
        assert kinds(cast, rows[0]) == [("received", ""), ("reported", "For the court")]
        assert kinds(cast, rows[1]) == [("received", "")]

    def test_asks_for_a_reason(self, cast: Cast, record: RecordRef, rows: list[Exhibit]) -> None:
        with acting_as(cast.responder), pytest.raises(Invalid, match="what the report is for"):
            report_on_one(record, rows[0].id, reason=" ", by=cast.responder)
        assert kinds(cast, rows[0]) == [("received", "")]

    def test_is_not_there_for_others(self, cast: Cast, record: RecordRef, rows: list[Exhibit]) -> None:
        with acting_as(cast.outsider), pytest.raises((NotFound, NotAllowed)):
            report_on_one(record, rows[0].id, reason="x", by=cast.outsider)


class TestReportOnAll:
    """report_on_all"""

    def test_holds_every_chain(self, cast: Cast, record: RecordRef, rows: list[Exhibit]) -> None:
        with acting_as(cast.responder):
            made = report_on_all(record, reason="Court", by=cast.responder)
        assert [chain.exhibit.id for chain in made.chains] == [row.id for row in rows]
        assert all(kinds(cast, row)[-1] == ("reported", "Court") for row in rows)

    def test_keeps_back_what_is_privileged_though_its_reader_may_report_on_it_alone(
        self, cast: Cast, record: RecordRef
    ) -> None:
        by, case = cast.counsel, replace(record, kind=RecordKind.CASE)
        with acting_as(by):
            inside = open_compartment(
                name="Counsel", kind=CompartmentKind.RECORD, section=Section.PRIVILEGED, record_id=record.id, by=by
            )
            file = SimpleUploadedFile("letter.txt", b"Advice")
            kept = add_exhibit(replace(case, compartment_id=inside.id), file, by=by)
            with pytest.raises(Invalid, match="no exhibit to report on"):
                report_on_all(case, reason="Court", by=by)
            assert [link.kind for link in selectors.custody(kept.id)] == ["received"]
            made = report_on_one(case, kept.id, reason="For the client", by=by)
        assert made.chains[0].exhibit.mark == "PRIV-1"

    def test_refuses_nothing_and_too_much(
        self, cast: Cast, record: RecordRef, rows: list[Exhibit], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reporting, "MOST", 1)
        with acting_as(cast.responder), pytest.raises(Invalid, match="more than 1"):
            report_on_all(record, reason="Court", by=cast.responder)
        assert kinds(cast, rows[0]) == [("received", "")]
