# SPDX-License-Identifier: Apache-2.0
"""What the forms make of what was typed."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from longwatch.core import clock
from longwatch.enrichment.forms import ItemForm, TableForm, WatchListForm


def sent(content: bytes) -> "MultiValueDict[str, UploadedFile[Any]]":
    return MultiValueDict({"file": [SimpleUploadedFile("a.csv", content)]})


class TestItemForm:
    def test_takes_one_identifier_a_line(self) -> None:
        form = ItemForm({"name": "a", "identifiers": " host:a \n\nhost:a\nip:192.0.2.7", "criticality": "low"})
        assert form.is_valid()
        assert form.cleaned_data["identifiers"] == ["host:a", "ip:192.0.2.7"]


class TestTableForm:
    def test_takes_the_text_of_the_file(self) -> None:
        form = TableForm({}, sent(b"\xef\xbb\xbfname\nx\n"))
        assert form.is_valid()
        assert form.cleaned_data["text"] == "name\nx\n"

    def test_refuses_a_file_that_is_too_large(self) -> None:
        assert not TableForm({}, sent(b"x" * 2_200_000)).is_valid()


class TestWatchListForm:
    def test_makes_an_end_of_days(self) -> None:
        form = WatchListForm({"name": "a", "reason": "b", "days": "3", "severity": ""})
        assert form.is_valid()
        values = form.values()
        assert timedelta(days=2, hours=23) < values["expires_at"] - clock.now() <= timedelta(days=3)
        assert values["severity"] is None
