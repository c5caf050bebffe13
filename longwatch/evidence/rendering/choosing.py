# SPDX-License-Identifier: Apache-2.0
"""Which copy is made of which file."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from longwatch.core.deferred import deferred
from longwatch.evidence.rendering.archive import BROKEN, stream_copy, tar_copy, zip_copy
from longwatch.evidence.rendering.copy import Copy, Unreadable
from longwatch.evidence.rendering.mail import mail_copy
from longwatch.evidence.rendering.text import HEX_BYTES, hex_copy, text_copy

if TYPE_CHECKING:
    from longwatch.evidence.rendering import image, office, pdf
else:
    image, office, pdf = (deferred(f"longwatch.evidence.rendering.{name}") for name in ("image", "office", "pdf"))

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/bmp"})
STREAMS = frozenset({"application/gzip", "application/x-xz", "application/x-bzip2"})
# Their names say that people expect to see something.
NO_PREVIEW = frozenset({"image/heic", "image/avif", "application/x-ole-storage"})
TEXTS = frozenset({"application/json", "image/svg+xml", "application/rtf"})
OFFICE = ("application/vnd.openxmlformats", "application/vnd.oasis.opendocument")
# Of these the beginning is enough; of all else the whole file is needed.
BEGINNING = 2 * 1024 * 1024


def needs_all(content_type: str) -> bool:
    """Whether a copy needs the whole file, or its first 2 MB do."""
    return _maker(content_type) is not None


def copy_of(file: BinaryIO, content_type: str, size: int) -> Copy:
    """The copy that suits a type of file; refuses (Unreadable) what cannot be shown."""
    maker = _maker(content_type)
    if maker is not None:
        return maker(file, size)
    head = file.read(BEGINNING)
    if content_type.startswith("text/") or content_type in TEXTS:
        return text_copy(head, more=size > len(head))
    copy = hex_copy(head)
    if content_type in NO_PREVIEW:
        copy.note("no_preview", content_type)
    if size > HEX_BYTES:
        copy.note("hex_cut", HEX_BYTES)
    return copy


def _maker(content_type: str) -> Callable[[BinaryIO, int], Copy] | None:
    if content_type in IMAGES:
        return lambda file, size: image.image_copy(file)
    if content_type.startswith(OFFICE):
        return lambda file, size: office.office_copy(file)
    if content_type in STREAMS:
        return lambda file, size: stream_copy(file, content_type)
    return {
        "application/pdf": lambda file, size: pdf.pdf_copy(file.read()),
        "message/rfc822": lambda file, size: mail_copy(file.read()),
        "application/zip": _zip,
        "application/x-tar": lambda file, size: tar_copy(file),
    }.get(content_type)


def _zip(file: BinaryIO, size: int) -> Copy:
    """Some office programs begin their documents with another part than most."""
    listed = zip_copy(file, size)
    if any(row[0] in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml") for row in listed.rows):
        file.seek(0, os.SEEK_SET)
        try:
            return office.office_copy(file)
        except (Unreadable, *BROKEN):
            return listed
    return listed
