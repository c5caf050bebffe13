# SPDX-License-Identifier: Apache-2.0
"""What a file is, by how its bytes begin; what the sender says of it is not asked."""

import re

OCTET_STREAM = "application/octet-stream"
# So much of a file tells what it is.
HEAD_BYTES = 4096

# (offset, bytes at that offset, type); the first that fits wins.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska"),
    (8, b"AVI ", "video/x-msvideo"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh91AY&SY", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"ElfFile\x00", "application/x-ms-evtx"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (0, b"\n\r\r\n", "application/x-pcapng"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
)
RIFF_TYPES = frozenset({"image/webp", "video/x-msvideo", "audio/wav"})
# What an office document names first inside its zip.
OFFICE: tuple[tuple[bytes, str], ...] = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "application/vnd.oasis.opendocument"),
)
MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<svg|<script|<!--)", re.IGNORECASE)
# The first header, perhaps behind the line that begins a message in a mailbox file.
MAIL = re.compile(
    rb"^(?:From [^\r\n]{1,200}\r?\n)?(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|Message-ID"
    rb"|MIME-Version|Reply-To|Sender|X-[\w-]+): ?",
    re.IGNORECASE,
)


def content_type_of(head: bytes) -> str:
    """The type of a file that begins with these bytes; octet-stream when they say nothing."""
    for offset, mark, kind in SIGNATURES:
        if head.startswith(mark, offset) and (kind not in RIFF_TYPES or head.startswith(b"RIFF")):
            return _office(head) if kind == "application/zip" else kind
    # Two letters alone would make a picture of many a text.
    return "image/bmp" if head.startswith(b"BM") and head[6:10] == bytes(4) else _text(head)


def _office(head: bytes) -> str:
    return next((kind for mark, kind in OFFICE if mark in head), "application/zip")


def _text(head: bytes) -> str:
    if not _is_text(head):
        return OCTET_STREAM
    if MAIL.match(head):
        return "message/rfc822"
    if MARKUP.match(head):
        return "text/html" if b"<svg" not in head.lower() else "image/svg+xml"
    return "application/json" if head.lstrip()[:1] in (b"{", b"[") else "text/plain"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        # The head may end in the middle of a letter.
        head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and error.start > 0
    return True
