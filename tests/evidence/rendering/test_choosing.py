# SPDX-License-Identifier: Apache-2.0
"""Which copy a sort of file gets."""

import io

from longwatch.evidence.rendering.choosing import copy_of


class TestCopyOf:
    def test_shows_text_as_text(self) -> None:
        assert "Halden" in copy_of(io.BytesIO(b"Halden"), "text/plain", 6).text

    def test_shows_the_first_bytes_of_what_nobody_knows(self) -> None:
        assert "00 01 02" in copy_of(io.BytesIO(bytes(range(40))), "application/octet-stream", 40).text
