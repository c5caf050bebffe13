# SPDX-License-Identifier: Apache-2.0
"""PDF documents as pictures of their pages, with their text; nothing in them runs."""

from contextlib import suppress

import pypdfium2
import pypdfium2.raw as pdfium

from longwatch.evidence.rendering.copy import LONGEST_TEXT, Copy, Unreadable
from longwatch.evidence.rendering.image import clean_picture

PAGES = 10
SIDE = 1400


def pdf_copy(content: bytes) -> Copy:
    """The first pages as pictures, their text, and what the document says of itself."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("encrypted" if "assword" in str(error) else "broken") from None
    copy, pages = Copy("pdf"), len(document)
    if not pages:
        raise Unreadable("broken")
    copy.fact("pages", pages)
    for name, value in document.get_metadata_dict(skip_empty=True).items():
        copy.fact(f"PDF {name}", value)
    _warn(document, copy)
    if pages > PAGES:
        copy.note("pages_cut", PAGES, pages)
    for number in range(min(pages, PAGES)):
        _page(document, number, copy)
    if not copy.pictures and not copy.text:
        raise Unreadable("broken")
    return copy


def _warn(document: pypdfium2.PdfDocument, copy: Copy) -> None:
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        copy.note("scripts")
    if document.count_attachments() > 0:
        copy.note("embedded")


def _page(document: pypdfium2.PdfDocument, number: int, copy: Copy) -> None:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        copy.note("page_broken", number + 1)
        return
    longest = max(page.get_size())
    if not 0 < longest < 100_000:
        copy.note("page_broken", number + 1)
        return
    with suppress(pypdfium2.PdfiumError):
        copy.pictures.append(clean_picture(page.render(scale=SIDE / longest, may_draw_forms=False).to_pil(), SIDE))
    with suppress(pypdfium2.PdfiumError):
        text = page.get_textpage().get_text_range(0, -1)[: LONGEST_TEXT + 1].replace("\r\n", "\n")
        copy.say(f"{text}\n\n" if text.strip() else "")
