# SPDX-License-Identifier: Apache-2.0
"""What a file is, by how it begins."""

import pytest

from longwatch.evidence.content_type import OCTET_STREAM, content_type_of
from longwatch.evidence.rendering.choosing import IMAGES


class TestContentTypeOf:
    """content_type_of"""

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n...", "image/png"), (b"RIFF....WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7", "application/pdf"),
            (b"PK\x03\x04........word/document.xml",
             "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (b"PK\x03\x04........a.txt", "application/zip"),
            (b"MZ\x90", "application/vnd.microsoft.portable-executable"),
            (b"From: a@b.example\r\n", "message/rfc822"), (b' {"a": 1}', "application/json"),
            (b"Seen at nine", "text/plain"),
            ("Wir sahen ihn um neun: Z\u00fc".encode()[:-1], "text/plain"),
            (b"\x00\x01\x02", OCTET_STREAM), (b"\xff\xfe\xfd", OCTET_STREAM),
        ],
    )  # fmt: skip
    def test_reads_it_from_the_bytes(self, head: bytes, kind: str) -> None:
        assert content_type_of(head) == kind

    def test_takes_no_other_beginning_for_a_picture(self) -> None:
        assert content_type_of(b"XXXX....WEBP and text") == "text/plain"

    @pytest.mark.parametrize(
        "head", [b"<svg onload=alert(1)>", b"<!DOCTYPE html><script>", b"<?xml version='1.0'?><svg>"]
    )
    def test_takes_nothing_that_could_run_for_a_picture(self, head: bytes) -> None:
        assert content_type_of(head) not in IMAGES
