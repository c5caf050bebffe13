# SPDX-License-Identifier: Apache-2.0
"""A mail as a record: who reports, the mail it is about, its links and what hangs on it. Nothing of it is fetched."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from longwatch.evidence.rendering.mail import header_text
from longwatch.evidence.rendering.text import decoded
from longwatch.intake.mapping import inline, mime
from longwatch.intake.mapping.markup import page_words

MAIL = "message/rfc822"
KINDS = frozenset({MAIL, "message/global"})
# How the first header begins, perhaps behind the line that begins a mail in a file of several.
STARTS = re.compile(rb"(?:From [^\r\n]{1,200}\r?\n)?[A-Za-z][A-Za-z0-9-]{1,60}[ \t]?:")
MOST_TEXT = 256_000
LONGEST_WORDS = 8_000
LONGEST_ADDRESSES = 5_000
MOST_ADDRESSES = 10
MOST_LINKS = 30
LONGEST_LINK = 500
MOST_FILES = 20
MOST_FORWARDED = 3
ADDRESS = re.compile(r"[^\s<>@,;:\"']{1,64}@[^\s<>@,;:\"']{1,253}")
LINK = re.compile(r"\bhttps?://[^\s<>\"'\x00-\x20]{3,2000}", re.IGNORECASE)
# Text encodings whose reading takes more time than the text is long.
SLOW = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape"})
IP = re.compile(r"\[(?:IPv6:)?([0-9a-fA-F:.]{3,45})\]|\(([0-9a-fA-F:.]{3,45})\)")
VERDICT = re.compile(r"\b(spf|dkim|dmarc)\s{0,3}=\s{0,3}([a-z]{3,12})", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_mail(raw: bytes) -> bool:
    """Whether the bytes begin as a mail does: with headers, among them who wrote it and one more that mails have."""
    if not STARTS.match(raw):
        return False
    head, _ = mime.head_of(raw, 0, min(len(raw), mime.LARGEST_HEAD))
    return "from" in head and any(name in head for name in ("subject", "date", "to", "message-id", "received"))


def parse(raw: bytes) -> dict[str, Any]:
    """The record of a mail; whatever the bytes are, there is one."""
    mail = mime.read(raw)
    outer = _facts(mail)
    inside = _forwarded(mail)
    within = inline.forwarded(outer["text"]) if inside is None else None
    record: dict[str, Any] = {"mail": outer, "defects": mail.defects}
    if inside is not None:
        record |= {"forwarded": "attached", "about": _facts(inside), "note": outer["text"]}
    elif within is not None:
        said = {name: value for name, value in within.said.items() if value}
        about = {name: outer[name] for name in ("links", "domains", "files", "hashes") if name in outer}
        record |= {"forwarded": "inline", "about": about | said | {"text": within.text}, "note": within.note}
    else:
        record |= {"about": outer, "note": ""}
    if "forwarded" in record:
        record["reporter"] = outer["from"]
    record["key"] = _key(raw, outer["message_id"])
    record["words"] = _words(record)
    return record


def _key(raw: bytes, message_id: str) -> str:
    """Under which repeats of this mail count up: anybody can write the identifier of another mail into theirs."""
    _, start = mime.head_of(raw)
    body = hashlib.sha256(memoryview(raw)[start:].tobytes().rstrip()).hexdigest()
    return f"{message_id[:400]} {body[:32]}" if message_id else hashlib.sha256(raw).hexdigest()


def _facts(mail: mime.Mail) -> dict[str, Any]:
    """What the headers and the parts of one mail say."""
    head = mail.headers
    texts, links = _texts(mail.parts)
    links = list(dict.fromkeys(links))
    files = _files(mail.parts)
    passes = _verdicts(head)
    facts: dict[str, Any] = {
        "subject": _one(head, "subject"), "message_id": _message_id(head), "date": _date(head),
        "from": _first(_addresses(head, "from")), "from_name": _name(head, "from"),
        "sender": _addresses(head, "sender"), "reply_to": _addresses(head, "reply-to"),
        "return_path": _addresses(head, "return-path"), "to": _addresses(head, "to", "cc"),
        "ip": _ip(head), "verdicts": passes, "authentication": ", ".join(passes), "text": texts,
        "links": links[:MOST_LINKS], "domains": _hosts(links)[:MOST_LINKS], "files": files[:MOST_FILES],
        "hashes": [each["sha256"] for each in files[:MOST_FILES]], "attachments": len(files),
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value or name in ("text", "from", "message_id", "date")}


def _forwarded(mail: mime.Mail) -> mime.Mail | None:
    """The mail that hangs on this one, or the innermost of mails within mails."""
    found: mime.Mail | None = None
    for _ in range(MOST_FORWARDED):
        hanging = next(filter(None, map(_hanging, (found or mail).parts)), None)
        if hanging is None:
            break
        found = mime.read(hanging)
    return found


def _hanging(part: mime.Part) -> bytes | None:
    """The mail that a part is. Some programs attach one as a file that only its name tells."""
    if part.kind in KINDS:
        return part.content()
    if part.name.lower().endswith(".eml") and is_mail(content := part.content()):
        return content
    return None


def _one(head: Mapping[str, list[bytes]], name: str) -> str:
    value = (head.get(name) or [b""])[0]
    return clean(header_text(decoded(value)))[:2_000].strip()


def clean(text: str) -> str:
    """A text without what cannot be stored or shown."""
    return _CONTROL.sub("", text)


def _addresses(head: Mapping[str, list[bytes]], *names: str) -> list[str]:
    """The addresses in headers; what the library cannot read is looked for letter by letter."""
    found: list[str] = []
    for name in names:
        for value in head.get(name, [])[:3]:
            text = decoded(value)[:LONGEST_ADDRESSES]
            try:
                read = [address for _, address in getaddresses([text])]
            except (ValueError, IndexError, TypeError, RecursionError):
                read = []
            found += [each for each in read if ADDRESS.fullmatch(each)] or ADDRESS.findall(header_text(text))
    return list(dict.fromkeys(clean(each) for each in found))[:MOST_ADDRESSES]


def _first(values: list[str]) -> str:
    return values[0] if values else ""


def _name(head: Mapping[str, list[bytes]], name: str) -> str:
    text = _one(head, name)[:500]
    return text.partition("<")[0].strip(" \"'") if "<" in text else ""


def _message_id(head: Mapping[str, list[bytes]]) -> str:
    return _one(head, "message-id").strip("<> ")[:500]


def _date(head: Mapping[str, list[bytes]]) -> str:
    """When it was written; else when the last server took it."""
    received = [value.rpartition(b";")[2] for value in head.get("received", [])[:1]]
    for value in [*head.get("date", [])[:1], *received]:
        try:
            moment = parsedate_to_datetime(decoded(value)[:200])
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    return ""


def _ip(head: Mapping[str, list[bytes]]) -> str:
    """The address that handed it over, as the servers on the way noted."""
    for name in ("x-sender-ip", "x-originating-ip"):
        if value := _one(head, name).strip("[] "):
            return value
    for hop in head.get("received", [])[:20]:
        for found in IP.finditer(decoded(hop)[:2_000]):
            text = found[1] or found[2]
            if not text.startswith(("127.", "10.", "192.168.", "169.254.", "fe80", "::1")):
                return text
    return ""


def _verdicts(head: Mapping[str, list[bytes]]) -> list[str]:
    """What the nearest server says of SPF, DKIM and DMARC; what stands below may be forged."""
    text = _one(head, "authentication-results")
    found = dict.fromkeys(f"{name.lower()}={verdict.lower()}" for name, verdict in VERDICT.findall(text))
    return list(found)[:6]


def _texts(parts: Iterable[mime.Part]) -> tuple[str, list[str]]:
    """The words of the bodies, and the addresses of all links in them."""
    plain, pages, links = "", "", []
    left = 4 * MOST_TEXT
    for part in parts:
        if part.is_attached or left <= 0:
            continue
        text = _decoded(part)
        left -= len(text)
        if part.kind == "text/html":
            words, found = page_words(text)
            pages = f"{pages}\n\n{words}".strip()
            links += found
        else:
            words = text.replace("\r\n", "\n").strip()
            plain = f"{plain}\n\n{words}".strip()
        links += LINK.findall(words)
    said = [tidy for link in links if (tidy := _link(link))]
    return (plain if len(plain) * 4 > len(pages) else pages), said


def _decoded(part: mime.Part) -> str:
    content = part.content()[:MOST_TEXT]
    if part.charset and part.charset not in SLOW:
        try:
            return clean(content.decode(part.charset, "replace"))
        except (LookupError, ValueError):
            pass
    return clean(decoded(content))


def _link(link: str) -> str:
    link = clean(link.strip()).rstrip(".,;:!?)]}>'\"")
    return link if LINK.fullmatch(link) and len(link) <= LONGEST_LINK else ""


def _hosts(links: Iterable[str]) -> list[str]:
    hosts = []
    for link in links:
        try:
            hosts.append(urlsplit(link).hostname or "")
        except ValueError:
            continue
    return list(dict.fromkeys(host for host in hosts if host))


def _files(parts: Iterable[mime.Part]) -> list[dict[str, Any]]:
    """What hangs on a mail: names and hashes; nothing is unpacked."""
    found = []
    for part in parts:
        if part.is_attached and part.kind != MAIL:
            content = part.content()
            name = clean(header_text(part.name)).replace("\n", " ").strip()[:300] or part.kind
            found.append(
                {"name": name, "type": part.kind, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            )
    return found


def _words(record: Mapping[str, Any]) -> str:
    """The description: what the reporter wrote, what the mail says of itself, and its words."""
    about, outer = record["about"], record["mail"]
    facts = [
        ("Reported by", record.get("reporter")), ("From", _named(about)), ("Reply to", about.get("reply_to")),
        ("Return path", about.get("return_path")), ("To", about.get("to")),
        ("Subject", about.get("subject") if "forwarded" in record else ""), ("Sent", about.get("date")),
        ("Checked by the nearest server", about.get("authentication")), ("Handed over by", about.get("ip")),
        ("Attached", [f"{each['name']} ({each['size']:,} bytes)" for each in about.get("files", [])]),
    ]  # fmt: skip
    lines = [f"{label}: {_listed(value)}" for label, value in facts if value]
    note = str(record["note"]).strip()[: LONGEST_WORDS // 2]
    body = str(about.get("text", outer["text"])).strip()[:LONGEST_WORDS]
    return defanged("\n\n".join(part for part in (note, "\n".join(lines), body) if part))


def defanged(text: str) -> str:
    """A text whose links nobody opens by mistake; what reads indicators knows this way of writing them."""
    return LINK.sub(_without_fangs, text)


def _without_fangs(found: "re.Match[str]") -> str:
    scheme, _, rest = found.group().partition("://")
    host, slash, path = rest.partition("/")
    return f"hxxp{scheme[4:].lower()}://{host.replace('.', '[.]')}{slash}{path}"


def _named(about: Mapping[str, Any]) -> str:
    address, name = about.get("from", ""), about.get("from_name", "")
    return f"{name} <{address}>" if name and address else str(address or name)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
