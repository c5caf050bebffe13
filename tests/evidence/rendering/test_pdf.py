# SPDX-License-Identifier: Apache-2.0
"""PDFs as pictures of their pages."""

from longwatch.evidence.rendering.pdf import PAGES, pdf_copy
from tests.evidence.rendering import samples


class TestPdfCopy:
    def test_paints_each_page(self) -> None:
        assert len(pdf_copy(samples.pdf(2)).pictures) == 2

    def test_paints_so_many_pages_and_no_more(self) -> None:
        assert len(pdf_copy(samples.pdf(PAGES + 2)).pictures) == PAGES
