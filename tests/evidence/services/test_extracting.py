# SPDX-License-Identifier: Apache-2.0
"""Attachments that become exhibits of their own."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotAllowed, NotFound, TooLarge
from longwatch.evidence import selectors
from longwatch.evidence.copies import Danger, dangers_of
from longwatch.evidence.models import Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services import extracting
from longwatch.evidence.services.custody import mark_dangerous
from longwatch.evidence.services.extracting import take_out
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.withdrawing import withdraw_exhibit
from longwatch.records.reference import RecordRef
from tests.evidence.rendering import samples
from tests.personas import Cast


def kept(cast: Cast, record: RecordRef, content: bytes, name: str = "m.eml") -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile(name, content), by=cast.responder)


def with_attachment(content: bytes, name: str) -> bytes:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Message-ID"] = "<2@b.example>"
    message["Received"] = "from a by b"
    message.set_content("See below")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


class TestTakeOut:
    """take_out"""

    def test_makes_an_exhibit_that_names_its_parent_and_tells_both_chains(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, samples.mail())
        with acting_as(cast.responder):
            row = take_out(record, mail.id, 0, by=cast.responder)
            with open_exhibit(row) as content:
                assert content.read() == b"MZ\x90"
            chains = [[(link.kind, link.reason) for link in selectors.custody(each.id)] for each in (mail, row)]
            assert selectors.taken_out_of(mail) == {0: row}
        assert (row.name, row.mark, row.acquired_how) == ("invoice.exe", "2", "Attachment 1 of exhibit 1")
        assert row.note == "Attachment 1 of exhibit 1"
        assert chains == [
            [("received", ""), ("extracted", "became exhibit 2")],
            [("received", ""), ("extracted", "from exhibit 1")],
        ]

    def test_names_no_file_in_what_stays_after_the_record_is_disposed_of(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, with_attachment(b"content", "salary-of-kim.txt"), "letter-of-kim.eml")
        with acting_as(cast.responder):
            row = take_out(record, mail.id, 0, by=cast.responder)
            told = [link.reason for each in (mail, row) for link in selectors.custody(each.id)]
        assert not any("kim" in said for said in (*told, row.note, row.acquired_how))

    def test_marks_what_was_in_a_dangerous_message_as_dangerous(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, with_attachment(b"content", "a.txt"))
        with acting_as(cast.responder):
            mark_dangerous(mail.id, reason="Lures", by=cast.responder)
            found = dangers_of(take_out(record, mail.id, 0, by=cast.responder))
        assert found == [Danger("marked", "Taken out of exhibit 1, which is dangerous.")]

    def test_leaves_what_was_in_a_harmless_message_unmarked(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, with_attachment(b"content", "a.txt"))
        with acting_as(cast.responder):
            assert dangers_of(take_out(record, mail.id, 0, by=cast.responder)) == []

    def test_takes_each_attachment_out_once_until_it_is_withdrawn(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, samples.mail())
        with acting_as(cast.responder):
            row = take_out(record, mail.id, 0, by=cast.responder)
            with pytest.raises(Conflict, match="it is exhibit 2"):
                take_out(record, mail.id, 0, by=cast.responder)
            withdraw_exhibit(record, row.id, reason="Wrong one", by=cast.responder)
            assert take_out(record, mail.id, 0, by=cast.responder).mark == "3"

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("../../etc/passwd", "passwd"), ("C:\\Windows\\system.ini", "system.ini"), ("a\u202etxt.exe", "atxt.exe"),
            ("x" * 900 + ".pdf", "x" * 196 + ".pdf"), ("..", "file"),
        ],
    )  # fmt: skip
    def test_keeps_no_name_that_misleads(self, cast: Cast, record: RecordRef, name: str, expected: str) -> None:
        mail = kept(cast, record, with_attachment(b"content", name))
        with acting_as(cast.responder):
            taken = take_out(record, mail.id, 0, by=cast.responder).name
        assert taken.replace("\ufffd", "") == expected

    def test_refuses_what_is_not_there_empty_or_no_mail(self, cast: Cast, record: RecordRef) -> None:
        mail, empty = kept(cast, record, samples.mail()), kept(cast, record, with_attachment(b"", "e.txt"))
        text = kept(cast, record, b"Seen at nine", "n.txt")
        with acting_as(cast.responder):
            for row, number, sentence in ((mail, 7, "no such attachment"), (empty, 0, "empty")):
                with pytest.raises(Invalid, match=sentence):
                    take_out(record, row.id, number, by=cast.responder)
            with pytest.raises(Conflict, match="not an e-mail"):
                take_out(record, text.id, 0, by=cast.responder)
            assert selectors.exhibits(record.id).count() == 3

    def test_keeps_within_its_limits(
        self, cast: Cast, record: RecordRef, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mail = kept(cast, record, samples.mail())
        monkeypatch.setattr(extracting, "MOST", 1)
        with acting_as(cast.responder):
            take_out(record, mail.id, 0, by=cast.responder)
            with pytest.raises(Conflict, match="which is the most"):
                take_out(record, mail.id, 1, by=cast.responder)
            settings.PREVIEW_BYTES = 10
            with pytest.raises(TooLarge):
                take_out(record, mail.id, 1, by=cast.responder)

    def test_is_not_for_a_closed_record(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, samples.mail())
        with acting_as(cast.responder), pytest.raises(Conflict, match="closed"):
            take_out(replace(record, closed=True), mail.id, 0, by=cast.responder)

    def test_is_for_who_may_add_evidence_there(self, cast: Cast, record: RecordRef) -> None:
        mail = kept(cast, record, samples.mail())
        for by in (cast.outsider, cast.auditor):
            refusals: tuple[type[LongwatchError], ...] = (NotFound, NotAllowed)
            with acting_as(by), pytest.raises(refusals):
                take_out(record, mail.id, 0, by=by)
