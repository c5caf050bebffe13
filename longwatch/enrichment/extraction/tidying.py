# SPDX-License-Identifier: Apache-2.0
"""What was found in a text, as entities: tidied, without file names that look like domains. Pure."""

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from longwatch.enrichment.asking import Thing, host_of, unique
from longwatch.enrichment.extraction.mails import mail_words
from longwatch.enrichment.intel.shape import CVE
from longwatch.entities.kinds import EntityKind
from longwatch.intake.mapping.mail import is_mail

LONGEST_TEXT = 64 * 1024
MOST_LEAVES = 2_000
_KINDS = {
    "cves": CVE, "domains": EntityKind.DOMAIN, "email_addresses": EntityKind.EMAIL, "ipv4s": EntityKind.IP,
    "ipv6s": EntityKind.IP, "md5s": EntityKind.FILE_HASH, "sha1s": EntityKind.FILE_HASH,
    "sha256s": EntityKind.FILE_HASH, "sha512s": EntityKind.FILE_HASH, "urls": EntityKind.URL,
}  # fmt: skip
# The order in which they are kept when there are very many.
_ORDER = ("sha256s", "sha1s", "md5s", "sha512s", "urls", "ipv4s", "ipv6s", "email_addresses", "cves", "domains")
# Ends of file names that are also ends of domains.
_FILES = frozenset(
    {"py", "md", "zip", "sh", "pl", "ps", "rs", "so", "cc", "mov", "app", "bat", "exe", "dll", "doc", "js"}
)
_TRAILING = ".,;:!?)]}>'\"`"
_CLOCK = re.compile(r"(?:\d{1,2}:){2}\d{1,2}")
_SAME = re.compile(r"(.)\1+")


def things_in(found: Mapping[str, Sequence[str]]) -> list[Thing]:
    """The entities among what was found, worst first; nothing that is only part of another."""
    urls = [value.rstrip(_TRAILING) for value in found.get("urls", ())]
    hosts = {host_of(url) for url in urls} | {mail.rpartition("@")[2] for mail in found.get("email_addresses", ())}
    things = []
    for word in _ORDER:
        for value in urls if word == "urls" else found.get(word, ()):
            text = value.strip().rstrip(_TRAILING)
            if _is_meant(word, text) and not (word == "domains" and text in hosts):
                things.append(Thing(str(_KINDS[word]), text, from_text=True))
    return unique(things)


def _is_meant(word: str, text: str) -> bool:
    """Whether it is what it looks like."""
    if not (text.isascii() and text.isprintable() and text):
        return False
    if word in ("ipv4s", "ipv6s"):
        return _is_address(text)
    if word == "domains":
        return text.rpartition(".")[2].casefold() not in _FILES and not text.replace(".", "").isdigit()
    if word.startswith(("md5", "sha")):
        return not _SAME.fullmatch(text)
    return True


def _is_address(text: str) -> bool:
    if _CLOCK.fullmatch(text):
        return False
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


def text_of(title: str, description: str, raws: Sequence[bytes]) -> str:
    """All words of a signal in one text of bounded length; of JSON its texts, of a mail what people wrote."""
    parts = [title, description]
    for raw in raws:
        parts += _words(raw[:LONGEST_TEXT])
    return "\n".join(dict.fromkeys(part for part in parts if part))[:LONGEST_TEXT]


def _words(raw: bytes) -> list[str]:
    if is_mail(raw):
        return list(mail_words(raw))
    text = raw.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    return list(_leaves(value))


def _leaves(value: Any) -> Iterator[str]:
    waiting, given = [value], 0
    while waiting and given < MOST_LEAVES:
        each = waiting.pop()
        if isinstance(each, str):
            given += 1
            yield each
        elif isinstance(each, dict):
            waiting.extend(reversed(list(each.values())))
        elif isinstance(each, list):
            waiting.extend(reversed(each))
