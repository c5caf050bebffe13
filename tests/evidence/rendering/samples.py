# SPDX-License-Identifier: Apache-2.0
"""Files of every sort, harmless and hostile, made on the spot."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from email.message import EmailMessage

from PIL import ExifTags, Image

BOMB_XML = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha ha ha ha ha ha ha ha">
%s]><w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>&k;</w:t></w:r></w:p></w:body></w:document>""" % b"\n".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(10)
)
XXE_XML = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"""
WORDS = b"""<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>Meet at the gate</w:t></w:r></w:p>
<w:p><w:r><w:t>Bring nothing</w:t></w:r></w:p></w:body></w:document>"""


def jpeg(side: int = 40, *, turned: bool = False) -> bytes:
    """A photograph that says where, when and with what it was taken."""
    picture = Image.new("RGB", (side, 2 * side), "teal")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Halden Optical"
    exif[ExifTags.Base.DateTime] = "2026:11:20 09:14:00"
    if turned:
        exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (59.0, 7.0, 30.0), 3: "E", 4: (11.0, 23.0, 15.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"secret <comment>")
    return out.getvalue()


def png_bomb(side: int = 60_000) -> bytes:
    """A few kilobytes that say they are 3.6 gigapixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(words: bytes = WORDS, **others: bytes) -> bytes:
    """A document with these words."""
    return zipped({"word/document.xml": words} | {name.replace("__", "/"): part for name, part in others.items()})


def nested_zip(depth: int = 20) -> bytes:
    """A zip in a zip in a zip."""
    inner = zipped({"core.txt": b"0" * 1_000_000})
    for _ in range(depth):
        inner = zipped({"inner.zip": inner})
    return inner


def tar_gz(entries: int = 3, size: int = 10) -> bytes:
    """A compressed tar with a path that would climb out."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number in range(entries):
            entry = tarfile.TarInfo(f"../../etc/passwd{number}")
            entry.size = size
            archive.addfile(entry, io.BytesIO(bytes(size)))
    return out.getvalue()


def gzip_bomb(megabytes: int = 600) -> bytes:
    """Zeros that unpack to far more than is unpacked of anything."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6) as file:
        # A tar's beginning, so that somebody would want to list it.
        entry = tarfile.TarInfo("zeros")
        entry.size = megabytes * 1_000_000
        file.write(entry.tobuf())
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return out.getvalue()


def mail() -> bytes:
    """A phishing mail with a link, a web page and two attachments."""
    message = EmailMessage()
    message["From"] = "Pay <pay@halden.example>"
    message["To"] = "you@halden.example"
    message["Subject"] = "Überweisung <b>now</b>"
    message["Message-ID"] = "<1@halden.example>"
    message["Received"] = "from mx.evil.example by mx.halden.example; Fri, 20 Nov 2026 09:14:00 +0100"
    message["Authentication-Results"] = "mx.halden.example; spf=fail"
    message.set_content("Click now")
    page = (
        '<p>Click <a href="https://evil.example/x">here</a><script>alert(1)</script><img src="https://evil.example/p">'
    )
    message.add_alternative(page, subtype="html")
    message.add_attachment(b"MZ\x90", maintype="application", subtype="octet-stream", filename="invoice.exe")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="x.zip")
    return bytes(message)


def deep_mail(depth: int = 5000) -> bytes:
    """Parts in parts in parts."""
    lines = [b"From: a@b.example\r\nSubject: Deep\r\nMIME-Version: 1.0"]
    lines += [b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d' % (n, n) for n in range(depth)]
    return b"\r\n".join(lines) + b"\r\nContent-Type: text/plain\r\n\r\nThe end"


def pdf(pages: int = 1) -> bytes:
    """A document of so many coloured pages."""
    out = io.BytesIO()
    first, *others = [Image.new("RGB", (60, 80), "maroon") for _ in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=others, title="Plan of the gate")
    return out.getvalue()
