# SPDX-License-Identifier: Apache-2.0
"""Which parts of a free answer to "Who is involved?" are names of people.

It goes by shape alone, so that no language is needed: too few names are better than the colour of a jacket taken for
somebody. What is left out stays in the answer as it was typed.
"""

import re
import unicodedata
from pathlib import PurePath

from longwatch.core.actor import Actor
from longwatch.core.discretion import is_discreet
from longwatch.evidence.services.receiving import Upload

MOST_NAMES = 10
LONGEST_NAME = 60
WORDS = range(2, 5)

# Escaped are commas of other scripts, dashes, bullets and the apostrophe of printers.
_BRACKETS = re.compile(r"[(\[][^()\[\]\n]*(?:[)\]]|$)", re.MULTILINE)
_BETWEEN = re.compile(
    r"[\n\r,;:!?&+\u3001\uff0c\uff1b\u060c\u061b]|(?<!\S)(?:and|und|et|y|AND|UND)(?!\S)|(?<=\w{4})(?<!Prof)\.(?:\s|$)"
)
_BULLET = re.compile(r"^[\s*\u2022\u00b7\u2013\u2014-]+")
_ASIDE = re.compile(r"[\u2013\u2014].*|\s-\s.*")
_INSIDE = frozenset("'\u2019.-\u2010\u00b7")
_PARTICLES = frozenset([
    "af", "al", "av", "ben", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du",
    "el", "ibn", "la", "le", "los", "ter", "van", "vom", "von", "zu", "zur",
])  # fmt: skip
_SHORT_PARTICLE = re.compile(r"[dlDL]['\u2019]")
_TITLES = frozenset([
    "dr", "herr", "frau", "madame", "miss", "mme", "mlle", "monsieur", "mr", "mrs", "ms", "prof", "professor",
    "señor", "señora", "sir", "sr", "sra",
])  # fmt: skip
# What begins a description where nouns are written large.
_NOT_FIRST = frozenset([
    "a", "an", "the", "my", "our", "some", "ein", "eine", "einer", "zwei", "drei", "vier", "mehrere", "einige",
    "der", "die", "das", "den", "dem", "mein", "meine", "unser", "unsere", "sein", "seine", "ihr", "ihre", "kein",
    "keine", "la", "les", "los", "las", "un", "una", "une", "el", "le", "tall", "unknown",
])  # fmt: skip
_DESCRIBES = re.compile(
    r"(?:gross|klein|alt|jung|dick|dünn|schlank|unbekannt|maskiert|bewaffnet|männlich|weiblich|blond|schwarz|weiss|rot|"
    r"blau|grün|grau|gelb|braun|silbern)(?:e|er|es)"
)


def names_in(answer: str) -> list[str]:
    """The names in an answer, in order, each once."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(_BRACKETS.sub(" ", answer)):
        name = _name(part or "")
        if name:
            found.setdefault(name.casefold(), name)
    return list(found.values())[:MOST_NAMES]


def _name(part: str) -> str:
    """The part as a name, empty when it is none."""
    words = _ASIDE.sub("", _BULLET.sub("", part)).strip(" \t.\"'“”„«»").split()
    # "Dr. Anna Schmidt" is known elsewhere as Anna Schmidt; of "Herr Müller" nothing else is known.
    while len(words) > WORDS.start and words[0].rstrip(".").casefold() in _TITLES:
        words = words[1:]
    if not words or _starts_a_description(words[0].casefold()) or words[-1] in _PARTICLES:
        return ""
    bearing = [word for word in words if word not in _PARTICLES]
    name = " ".join(words)
    fits = len(bearing) in WORDS and len(name) <= LONGEST_NAME and all(map(_may_be_a_name, bearing))
    return name if fits else ""


def _starts_a_description(word: str) -> bool:
    return word in _NOT_FIRST or bool(_DESCRIBES.fullmatch(word))


def _may_be_a_name(word: str) -> bool:
    """Whether a word begins large, or is of a script that knows no large letters."""
    if not all(each.isalpha() or each in _INSIDE or unicodedata.category(each).startswith("M") for each in word):
        return False
    particle, hyphen, rest = word.partition("-")
    own = rest if hyphen and particle in _PARTICLES else _SHORT_PARTICLE.sub("", word, count=1)
    return own[:1].isalpha() and not own[0].islower()


# Endings that say what a file is and nothing else.
PLAIN_ENDINGS = frozenset({
    ".avi", ".csv", ".doc", ".docx", ".eml", ".gif", ".heic", ".jpeg", ".jpg", ".m4a", ".mov", ".mp3", ".mp4", ".msg",
    ".odt", ".ods", ".ogg", ".pdf", ".png", ".ppt", ".pptx", ".rtf", ".txt", ".wav", ".webm", ".webp", ".xls",
    ".xlsx", ".zip",
})  # fmt: skip


def neutral_name(upload: Upload, by: Actor) -> str:
    """What a file is called that came with a report: nothing that the reporter's own system named after them."""
    if not is_discreet(by):
        return upload.name or ""
    ending = PurePath(upload.name or "").suffix.lower()
    return "reporter-file" + (ending if ending in PLAIN_ENDINGS else "")
