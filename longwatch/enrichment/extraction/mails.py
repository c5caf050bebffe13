# SPDX-License-Identifier: Apache-2.0
"""The words of a mail in which indicators are looked for: of its text, and of who says to have sent it. Pure.

The headers that servers and programs write on the way (Received, Message-ID, signatures) name hosts and numbers that
look like domains and addresses, and are nobody's. The address that handed the mail over is in the description.
"""

from collections.abc import Iterator

from longwatch.evidence.rendering.mail import header_text
from longwatch.evidence.rendering.text import decoded
from longwatch.intake.mapping import mime
from longwatch.intake.mapping.mail import KINDS, MOST_FORWARDED, clean, is_mail

# What tells who wrote, who is answered, and what it is about.
TOLD = ("from", "sender", "reply-to", "return-path", "subject", "x-sender-ip", "x-originating-ip")
HEADERS = KINDS | {"text/rfc822-headers"}


def mail_words(raw: bytes, depth: int = 0) -> Iterator[str]:
    """What a mail tells by its headers and its parts, and each mail that hangs on it."""
    mail = mime.read(raw)
    for name in TOLD:
        yield from (clean(header_text(decoded(value))) for value in mail.headers.get(name, ())[:3])
    for part in mail.parts:
        content = part.content()
        if part.kind in HEADERS or (part.name.lower().endswith(".eml") and is_mail(content)):
            if depth < MOST_FORWARDED:
                yield from mail_words(content, depth + 1)
        elif part.kind.startswith("text/") or not _is_packed(part):
            yield clean(decoded(content))


def _is_packed(part: mime.Part) -> bool:
    """Whether it is bytes that are no words, as pictures are."""
    encoding = (part.headers.get("content-transfer-encoding") or [b""])[0].strip().lower()
    return encoding.startswith((b"base64", b"uu", b"x-uu", b"binary"))
