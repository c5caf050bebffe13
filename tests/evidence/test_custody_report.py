# SPDX-License-Identifier: Apache-2.0
"""Custody reports on paper."""

from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.discretion import day_of
from longwatch.evidence.custody_report import custody_answer, custody_pdf, report_data
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit
from longwatch.evidence.selectors import Holding
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.reporting import Chain, Report, report_on_all
from longwatch.evidence.services.transferring import Handover, confirm_receipt, transfer
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture
def report(cast: Cast, record: RecordRef) -> Report:
    with acting_as(cast.responder):
        row = add_exhibit(record, SimpleUploadedFile("#link <1>.txt", b"Seen"), by=cast.responder)
        transfer(record, row.id, Handover(receiver="*Lab*", reason="#panic()"), by=cast.responder)
        return report_on_all(record, reason="For the court", by=cast.responder)


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


class TestCustodyPdf:
    """custody_pdf"""

    def test_tells_every_link_and_takes_nothing_for_markup(self, cast: Cast, report: Report) -> None:
        with acting_as(cast.responder):
            said = words(custody_pdf(report, viewer="Ravi Responder"))
        for each in ("Custody report", "For the court", "#link <1>.txt", "*Lab*", "#panic()", "Page 1 of 1"):
            assert each in said
        assert report.chains[0].exhibit.sha256[:20] in said

    def test_leaves_as_a_file_with_a_name(self, cast: Cast, report: Report) -> None:
        with acting_as(cast.responder):
            answer = custody_answer(report, viewer="Ravi Responder")
        assert answer["Content-Disposition"] == 'attachment; filename="custody-INC-2026-0001-1.pdf"'
        assert answer["Cache-Control"] == "no-store, private"


class TestReportData:
    """report_data"""

    def test_tells_only_the_day_of_what_came_without_an_account(self, cast: Cast, record: RecordRef) -> None:
        came = day_of(clock.now() - timedelta(days=1))
        row = Exhibit(
            record_kind=RecordKind.SIGNAL, compartment=cast.signals, number=1, name="a.txt", size=1,
            received_at=came, received_label="Reporter",
        )  # fmt: skip
        link = CustodyEvent(exhibit=row, kind=CustodyKind.RECEIVED, at=came, actor_label="Reporter")
        chain = Chain(row, [link], Holding("Reporter"), None)
        with acting_as(cast.analyst):
            [told] = report_data(Report(record, [chain], "x"), "Ana")["exhibits"]
        assert ":" not in told["links"][0][0]
        assert ":" not in dict(told["facts"])["Received"]

    def test_tells_of_an_offer_and_of_its_receipt(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile("a.txt", b"a"), by=cast.responder)
            transfer(record, row.id, Handover(receiver_id=cast.analyst.id, reason="Lab"), by=cast.responder)
            [before] = report_data(report_on_all(record, reason="x", by=cast.responder), "Ravi")["exhibits"]
        with acting_as(cast.analyst):
            confirm_receipt(record, row.id, condition="dry", by=cast.analyst)
            [after] = report_data(report_on_all(record, reason="x", by=cast.analyst), "Ana")["exhibits"]
        assert dict(before["facts"])["In the hands of"] == "Ravi Responder"
        assert dict(before["facts"])["Waiting for receipt"].startswith("by Ana Analyst, offered by Ravi Responder, ")
        assert dict(after["facts"])["In the hands of"] == "Ana Analyst"
        assert "Waiting for receipt" not in dict(after["facts"])
        said = [each[1] for each in after["links"]]
        assert "Offered: from Ravi Responder to Ana Analyst; Lab" in said
        assert "Receipt confirmed: from Ravi Responder to Ana Analyst; condition: dry" in said

    def test_says_how_many_are_left_out(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.analyst):
            facts = dict(report_data(Report(record, [], "x", left_out=2), "Ana")["facts"])
        assert facts["Left out"] == "2 exhibits that are privileged or tell who reported"
