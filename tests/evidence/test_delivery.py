# SPDX-License-Identifier: Apache-2.0
"""The bytes of an exhibit on their way out, whole and in parts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.evidence import selectors
from longwatch.evidence.delivery import asked_range
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.custody import COPY_LASTS
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.records.reference import RecordRef
from tests.personas import Cast

# More than two sealed chunks.
CONTENT = bytes(range(251)) * 600


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    """A file of several chunks."""
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("disk.dd", CONTENT), by=cast.responder)


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def address_of(browser: Client, row: Exhibit) -> str:
    """Where a download, asked for with a reason, is."""
    return str(browser.post(f"/files/{row.id}", {"reason": "For the lab"})["Location"])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", (0, 10)), ("bytes=990-", (990, 10)), ("bytes=-10", (990, 10)), ("bytes=0-99999", (0, 1000)),
        ("bytes=1000-", None), ("bytes=-0", None), ("bytes=9-5", (0, 1000)), ("bytes=0-1,5-6", (0, 1000)),
        ("lines=1-2", (0, 1000)), ("", (0, 1000)), ("bytes=-", (0, 1000)),
    ],
)  # fmt: skip
def test_a_range_is_read_as_http_has_it(header: str, expected: tuple[int, int] | None) -> None:
    assert asked_range(header, 1000) == expected


class TestRanges:
    """a download that asks for a part"""

    def test_gets_just_that_part_across_sealed_chunks(self, cast: Cast, row: Exhibit) -> None:
        browser = browser_of(cast, "analyst")
        part = browser.get(address_of(browser, row), headers={"Range": "bytes=65000-140000"})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes 65000-140000/{len(CONTENT)}"
        assert body(part) == CONTENT[65000:140001]

    def test_is_told_where_the_file_ends(self, cast: Cast, row: Exhibit) -> None:
        browser = browser_of(cast, "analyst")
        beyond = browser.get(address_of(browser, row), headers={"Range": f"bytes={len(CONTENT)}-"})
        assert beyond.status_code == 416
        assert beyond["Content-Range"] == f"bytes */{len(CONTENT)}"

    def test_gets_all_of_it_when_the_file_is_another_than_it_knew(self, cast: Cast, row: Exhibit) -> None:
        browser = browser_of(cast, "analyst")
        address = address_of(browser, row)
        same = browser.get(address, headers={"Range": "bytes=5-", "If-Range": f'"{row.sha256}"'})
        other = browser.get(address, headers={"Range": "bytes=5-", "If-Range": '"another"'})
        assert (same.status_code, other.status_code) == (206, 200)
        assert body(other) == CONTENT


class TestContinuing:
    """a download that goes on"""

    def test_adds_no_link_to_the_chain(self, cast: Cast, row: Exhibit) -> None:
        browser = browser_of(cast, "analyst")
        address = address_of(browser, row)
        for start in (0, 1000):
            assert browser.get(address, headers={"Range": f"bytes={start}-"}).status_code in (200, 206)
        with acting_as(cast.analyst):
            assert [link.kind for link in selectors.custody(row.id)] == ["received", "downloaded"]

    def test_is_over_after_an_hour(self, cast: Cast, row: Exhibit, monkeypatch: pytest.MonkeyPatch) -> None:
        browser = browser_of(cast, "analyst")
        address = address_of(browser, row)
        later = clock.now() + COPY_LASTS + timedelta(seconds=1)
        monkeypatch.setattr("longwatch.evidence.services.custody.clock.now", lambda: later)
        assert browser.get(address).status_code == 404

    def test_is_for_whoever_asked_for_it(self, cast: Cast, row: Exhibit) -> None:
        address = address_of(browser_of(cast, "analyst"), row)
        assert browser_of(cast, "responder").get(address).status_code == 404
        assert browser_of(cast, "analyst").get(f"/files/{row.id}?download={uuid4()}").status_code == 404
