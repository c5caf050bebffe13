# SPDX-License-Identifier: Apache-2.0
"""A mail that was forwarded as text: where it begins, and what its quoted headers say, in the languages of many."""

import re
from dataclasses import dataclass, field

# What clients write before the mail that they forward.
MARKS = re.compile(
    r"^[ \t>*_-]{0,40}(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Weitergeleitete Nachricht"
    r"|Forwarded message|Forwarded by|Begin forwarded message|Message d'origine|Message original|Message transféré"
    r"|Mensaje original|Mensaje reenviado|Messaggio originale|Messaggio inoltrato|Oorspronkelijk bericht"
    r"|Doorgestuurd bericht|Mensagem original|Mensagem encaminhada)\b[^\n]{0,100}$",
    re.IGNORECASE | re.MULTILINE,
)
FROM, SENT, TO, SUBJECT = "from", "date", "to", "subject"
NAMES = {
    FROM: "from|von|de|da|van|från|fra|od|от",
    SENT: "sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden|skickat|sendt",
    TO: "to|an|à|para|a|aan|till|til|do|кому",
    SUBJECT: "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|тема",
}
LINES = {
    name: re.compile(rf"^[ \t>*]{{0,20}}(?:{words})[ \t*]{{0,5}}:[ \t*]{{0,10}}(\S[^\n]{{0,500}})$", re.IGNORECASE)
    for name, words in NAMES.items()
}
ADDRESS = re.compile(r"[^\s<>@,;:\"'\[\]()]{1,64}@[^\s<>@,;:\"'\[\]()]{1,253}")
# Headers stand close to the mark and to each other.
NEAR = 12
LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Within:
    """The mail within a text: what its headers say, its words, and what stands before it."""

    text: str
    note: str
    said: dict[str, object] = field(default_factory=dict)


def forwarded(text: str) -> Within | None:
    """The mail that a text forwards; None when it forwards none."""
    text = text[:LONGEST]
    for mark in MARKS.finditer(text):
        said, end = _headers(text, mark.end())
        if FROM in said:
            return Within(text[end:].strip("\n -_"), text[: mark.start()].strip(), said)
    return _without_mark(text)


def _without_mark(text: str) -> Within | None:
    """Some clients write the headers alone."""
    at = 0
    for line in text.splitlines(keepends=True)[:2_000]:
        if LINES[FROM].match(line.rstrip("\r\n")):
            said, end = _headers(text, at)
            if FROM in said and SUBJECT in said and SENT in said:
                return Within(text[end:].strip(), text[:at].strip(" \n_-"), said)
        at += len(line)
    return None


def _headers(text: str, at: int) -> tuple[dict[str, object], int]:
    """What the lines after a place say, as far as they are headers."""
    said: dict[str, object] = {}
    end = at
    here = at
    for line in text[at : at + 10_000].splitlines(keepends=True)[:NEAR]:
        here += len(line)
        for name, pattern in LINES.items():
            found = pattern.match(line.rstrip("\r\n"))
            if found and name not in said:
                said[name] = found[1].strip()
                end = here
                break
    return _tidied(said), end


def _tidied(said: dict[str, object]) -> dict[str, object]:
    """The headers as those of a mail: addresses alone, a date only where it is shown."""
    tidy: dict[str, object] = {name: said[name] for name in (SUBJECT, SENT) if name in said}
    if FROM in said:
        addresses = ADDRESS.findall(str(said[FROM]))
        tidy[FROM] = addresses[0] if addresses else ""
        tidy["from_name"] = str(said[FROM]).partition("<")[0].partition("[")[0].strip(" \"'*")[:200]
    if TO in said and (addresses := ADDRESS.findall(str(said[TO]))):
        tidy[TO] = addresses[:10]
    return tidy
