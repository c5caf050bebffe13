# SPDX-License-Identifier: Apache-2.0
"""The page of an exhibit: the safe copy, and how dangerous files leave."""

import io
from collections.abc import Callable

import pytest
import pyzipper
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.rendering import work_due
from longwatch.records.reference import RecordRef
from tests.evidence.rendering import samples
from tests.personas import Cast

Kept = Callable[..., Exhibit]


@pytest.fixture
def kept(cast: Cast, record: RecordRef) -> Kept:
    """Something received, and worked on by the job."""

    def keep(content: bytes, name: str = "x", *, worked: bool = True) -> Exhibit:
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile(name, content), by=cast.responder)
        if worked:
            with acting_as(None):
                work_due(record.org_id)
        return row

    return keep


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


def chain(cast: Cast, row: Exhibit) -> list[str]:
    with acting_as(cast.analyst):
        return [link.kind for link in selectors.custody(row.id)]


class TestExhibit:
    """GET /files/<id>/view"""

    def test_shows_the_copy_its_metadata_and_that_it_was_looked_at(
        self, cast: Cast, kept: Kept, browser: Client
    ) -> None:
        row = kept(samples.jpeg(), "gate.jpg")
        page = browser.get(f"/files/{row.id}/view").content.decode()
        assert "59.125000, 11.387500" in page
        assert "Halden Optical" in page
        picture = browser.get(f"/files/{row.id}/view/0")
        assert picture["Content-Type"] == "image/jpeg"
        assert b"Halden" not in picture.content
        browser.get(f"/files/{row.id}/view")
        assert chain(cast, row) == ["received", "viewed"]

    def test_shows_hostile_words_as_words(self, kept: Kept, browser: Client) -> None:
        row = kept(samples.mail(), "m.eml")
        page = browser.get(f"/files/{row.id}/view").content.decode()
        assert "Überweisung &lt;b&gt;now&lt;/b&gt;" in page
        assert "evil.example/x" in page
        assert 'href="https://evil' not in page

    def test_says_why_there_is_no_copy_and_leaves_no_link(self, cast: Cast, kept: Kept, browser: Client) -> None:
        row = kept(samples.png_bomb(), "b.png")
        page = browser.get(f"/files/{row.id}/view").content.decode()
        assert "claims so many pixels" in page
        assert chain(cast, row) == ["received"]

    def test_says_that_it_is_being_made_and_asks_for_it_once(self, cast: Cast, kept: Kept, browser: Client) -> None:
        row = kept(b"Seen at nine", "n.txt", worked=False)
        for _ in range(2):
            assert "The safe copy is being made" in browser.get(f"/files/{row.id}/view").content.decode()
        assert chain(cast, row) == ["received"]

    def test_a_picture_is_for_who_has_the_page_open(self, cast: Cast, kept: Kept, browser: Client) -> None:
        row = kept(samples.jpeg(), "gate.jpg")
        assert browser.get(f"/files/{row.id}/view/0").status_code == 404
        browser.get(f"/files/{row.id}/view")
        assert browser.get(f"/files/{row.id}/view/1").status_code == 404

    def test_takes_few_statements(
        self, kept: Kept, browser: Client, django_assert_max_num_queries: Callable[..., "object"]
    ) -> None:
        row = kept(samples.jpeg(), "gate.jpg")
        browser.get(f"/files/{row.id}/view")
        with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
            browser.get(f"/files/{row.id}/view")


class TestDanger:
    """What is dangerous leaves in an encrypted archive only."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("big.img", "that of a disk image"), ("plan.docm", "a document with macros"), ("run.sh", "It is a program")],
    )
    def test_its_page_says_why(self, cast: Cast, record: RecordRef, browser: Client, name: str, reason: str) -> None:
        with acting_as(cast.analyst):
            row = add_exhibit(record, SimpleUploadedFile(name, bytes(64)), name="", note="", by=cast.analyst)
        assert reason in browser.get(f"/files/{row.id}/view").content.decode()

    def downloaded(self, browser: Client, row: Exhibit) -> "object":
        return browser.post(f"/files/{row.id}", {"reason": "Laboratory"}, follow=True)

    def content_of(self, answer: "object") -> bytes:
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]

    @pytest.mark.parametrize(("content", "name"), [(b"MZ\x90 a program", "x.bin"), (b"start it", "invoice.JS")])
    def test_a_program_leaves_encrypted(self, kept: Kept, browser: Client, content: bytes, name: str) -> None:
        row = kept(content, name)
        answer = self.downloaded(browser, row)
        whole = self.content_of(answer)
        assert answer["Content-Type"] == "application/zip"  # type: ignore[index]
        assert content not in whole
        with pyzipper.AESZipFile(io.BytesIO(whole)) as archive:
            with pytest.raises(RuntimeError, match="password"):
                archive.read(row.name)
            archive.setpassword(b"infected")
            assert archive.read(row.name) == content

    def test_a_file_marked_by_hand_leaves_encrypted(self, cast: Cast, kept: Kept, browser: Client) -> None:
        row = kept(b"Harmless so far", "n.txt")
        assert self.content_of(self.downloaded(browser, row)) == b"Harmless so far"
        browser.post(f"/files/{row.id}/danger", {"reason": "It beacons"})
        assert b"Harmless" not in self.content_of(self.downloaded(browser, row))
        page = browser.get(f"/files/{row.id}/view").content.decode()
        assert "It beacons" in page
        assert "<code>infected</code>" in page
        assert "marked" in chain(cast, row)

    def test_marking_needs_a_reason(self, cast: Cast, kept: Kept, browser: Client) -> None:
        row = kept(b"Harmless so far", "n.txt")
        answer = browser.post(f"/files/{row.id}/danger", {"reason": " "})
        assert answer.status_code == 422
        assert "Say why the file is dangerous." in answer.content.decode()
        assert "marked" not in chain(cast, row)

    @pytest.mark.parametrize("name", ["outsider", "hr", "administrator"])
    def test_is_not_there_for_others(self, cast: Cast, kept: Kept, name: str) -> None:
        row = kept(b"Harmless so far", "n.txt")
        other = Client()
        other.force_login(cast.accounts[name])
        assert other.get(f"/files/{row.id}/view").status_code == 404
        assert other.get(f"/files/{row.id}/view/0").status_code == 404
        assert other.post(f"/files/{row.id}/danger", {"reason": "x"}).status_code == 404
