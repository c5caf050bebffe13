# SPDX-License-Identifier: Apache-2.0
"""What a value must be to stand as an entity, a link, a technique or a text."""

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

LONGEST_VALUE = 500
LONGEST_TEXT = 2_000
HASH_LENGTHS = frozenset({32, 40, 64, 128})
NOBODY = frozenset({
    "", "-", "--", "n/a", "na", "none", "null", "nil", "unknown", "undefined", "x", "aws internal", "(no user)",
    "(empty)", "not available", "gce-internal-ip", "private", "redacted", "...", "no user", "unset", "anonymized",
})  # fmt: skip
# Accounts that every machine has.
MACHINE_ACCOUNTS = frozenset({"system", "local service", "network service"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLACEHOLDER = re.compile(r"<[^<>]*>\Z|\$|\{\{")
_TECHNIQUE = re.compile(r"(?<![A-Za-z0-9])(TA\d{4}|T\d{4}(?:[._]\d{3})?)(?![0-9])", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}\Z|\[([0-9a-fA-F:.]+)\](?::\d{1,5})?\Z")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)[\w-]+(\.[\w-]+)+\Z")
_CONTROL_OR_LINE = re.compile(r"\s+")


def text_of(value: Any) -> str:
    """The text of a plain value, without what cannot be shown; empty for objects and lists."""
    if isinstance(value, str):
        return _CONTROL.sub("\ufffd", value).strip() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else ""
    return repr(value) if isinstance(value, float) else ""


def one_line(text: str) -> str:
    """A text on one line."""
    return _CONTROL_OR_LINE.sub(" ", text).strip()


def techniques_in(texts: Iterable[str]) -> list[str]:
    """The ATT&CK techniques and tactics that texts name, each once, in their order."""
    found = (match.upper().replace("_", ".") for text in texts for match in _TECHNIQUE.findall(text[:LONGEST_TEXT]))
    return list(dict.fromkeys(found))


# The same hosts, accounts and addresses come again and again.
@lru_cache(maxsize=20_000)
def entity_of(kind: str, text: str) -> tuple[str, str] | None:
    """The kind and value under which a text stands as an entity; None when it names nothing.

    `address` is an IP address or else a host, `peer` an IP address or else a domain, `user` an e-mail address or else
    an account.
    """
    text = one_line(text).strip("'\"")
    if text.lower() in NOBODY or len(text) > LONGEST_VALUE or _PLACEHOLDER.match(text):
        return None
    if kind in EITHER:
        first, other = EITHER[kind]
        return entity_of(first, text) or (None if kind != "user" and _is_number(text) else entity_of(other, text))
    cleaned = CLEANED[kind](text) if kind in CLEANED else text
    return (kind, cleaned) if cleaned else None


def _is_number(text: str) -> bool:
    """Whether it would be an address if it were right: 24.273.97.14 is no host either."""
    return not text.strip("0123456789.:[]")


def _ip(text: str) -> str:
    found = _PORT.match(text)
    if found:
        text = found[1] or found[2]
    try:
        address = ipaddress.ip_address(text.partition("/")[0] if text.endswith(("/32", "/128")) else text)
    except ValueError:
        return ""
    if address.is_unspecified or address == ipaddress.IPv4Address("255.255.255.255"):
        return ""
    return str(address)


def _hash(text: str) -> str:
    text = text.removeprefix("sha256:").removeprefix("SHA256:")
    return text if len(text) in HASH_LENGTHS and _HEX.match(text) and text.strip("0") else ""


def _domain(text: str) -> str:
    text = text.rstrip(".").removeprefix("*.")
    return text if _DOMAIN.match(text) and not _ip(text) else ""


def _url(text: str) -> str:
    return text if "://" in text[:20] else ""


def _email(text: str) -> str:
    before, at, after = text.partition("@")
    return text if at and before and after and " " not in text else ""


def _account(text: str) -> str:
    name = text.rpartition("\\")[2].lower()
    return "" if name in MACHINE_ACCOUNTS or name in NOBODY else text


def _host(text: str) -> str:
    text = text.strip("/").rstrip(".")
    return "" if " " in text and len(text) > 64 else text


EITHER = {"address": ("ip", "host"), "peer": ("ip", "domain"), "user": ("email", "account")}
CLEANED = {
    "ip": _ip, "file_hash": _hash, "domain": _domain, "url": _url, "email": _email, "account": _account, "host": _host,
}  # fmt: skip
