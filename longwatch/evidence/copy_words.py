# SPDX-License-Identifier: Apache-2.0
"""What a safe copy says, in people's words. The process that makes copies knows codes only."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from longwatch.evidence.copies import Danger
from longwatch.evidence.models import Exhibit, Rendition
from longwatch.evidence.rendering.copy import Unpacked
from longwatch.web.sizes import size_words


def why_not(word: str) -> str:
    """Why there is no copy."""
    return {
        "too_large": _("The file is too large for a safe copy."),
        "too_many_pixels": _("The picture claims so many pixels that opening it could stop a computer."),
        "too_many_entries": _("The archive claims so many entries that listing it could stop a computer."),
        "bomb": _("The file unpacks to far more than it should. It may be made to stop computers."),
        "xml_attack": _("The document holds instructions that a document has no use for. It may be an attack."),
        "encrypted": _("The document asks for a password."),
        "too_long": _("Reading the file took too long. It was made to be slow, or it is very large."),
        "too_much_memory": _("Reading the file took too much memory. It was made to, or it is very large."),
        "crashed": _("The program that reads such files broke on this one. Take it for an attack."),
        "failed": _("The safe copy could not be made. Longwatch tries again a few times."),
    }.get(word, _("The file is broken, or not what it says it is."))


def note(words: Sequence[str]) -> str:
    """Something to know about a copy."""
    word, *values = words
    first, second = [*values, "", ""][:2]
    return {
        "text_cut": _("Only the first %(count)s characters are shown."),
        "rows_cut": _("Only the first %(count)s lines are shown."),
        "pages_cut": _("Only the first %(count)s of %(other)s pages are shown."),
        "first_frame": _("Only the first of %(count)s frames is shown."),
        "smaller": _("Shown smaller than it is: at most %(count)s pixels wide and high."),
        "position": _("The file says where it was taken."),
        "scripts": _("The document holds scripts. They were not run."),
        "embedded": _("Other files are embedded in the document. They were not opened."),
        "macros": _("The document holds macros. They were not run."),
        "outside_links": _("The document loads things from elsewhere. Nothing was loaded."),
        "page_broken": _("Page %(count)s is broken."),
        "html_as_text": _("The message is a web page: its words are shown, nothing of it was loaded."),
        "malformed": _("The headers do not keep to the rules for e-mail."),
        "too_deep": _("Parts lie within parts without end: only the headers are shown."),
        "entries_encrypted": _("Some entries ask for a password."),
        "bomb": _("It claims to unpack to %(count)s times its size. It may be made to stop computers."),
        "listing_cut": _("The listing ends early, because the rest is broken or beyond the limits."),
        "inside_stream": _("The first bytes of what is compressed:"),
        "no_preview": _("Longwatch shows no picture of this sort of file, only its first bytes."),
        "hex_cut": _("Only the first %(count)s bytes are shown."),
    }.get(word, word) % {"count": first, "other": second}


def fact_label(name: str) -> str:
    """What a fact is called; a name out of the file itself as it is written."""
    return {
        "position": _("Position"), "format": _("Format"), "pixels": _("Pixels"), "pages": _("Pages"),
        "entries": _("Entries"), "unpacked_bytes": _("Unpacked, as it claims"), "outside link": _("Outside link"),
    }.get(name, name)  # fmt: skip


def fact_value(name: str, value: str) -> str:
    """What a fact says; sizes in words."""
    return size_words(int(value)) if name == "unpacked_bytes" and value.isdecimal() else value


def column_label(name: str) -> str:
    """The head of a column."""
    return {"name": _("Name"), "size": _("Size"), "changed": _("Changed"), "type": _("Type")}.get(name, name.upper())


def danger(why: Danger) -> str:
    """Why a file is dangerous."""
    by_itself = {
        "program": _("It is a program, or made to start one."),
        "image": _("Its name is that of a disk image: it can be mounted, and start something."),
        "macros": _("Its name is that of a document with macros: it can start something."),
    }
    if why.word in by_itself:
        return by_itself[why.word]
    if why.word == "scan":
        return _("A scanner found: %(names)s.") % {"names": why.said}
    return _("Marked by hand: %(reason)s") % {"reason": why.said}


def told(row: Exhibit, rendition: Rendition | None, copy: Unpacked | None) -> dict[str, Any]:
    """A copy, or why there is none, as the API tells it."""
    state = "none" if row.is_physical else rendition.state if rendition else "waiting"
    why = why_not(rendition.why) if rendition and copy is None else ""
    found: dict[str, Any] = said(copy) if copy else {
        "notes": [], "facts": [], "columns": [], "rows": [], "text": "", "pictures": [], "kind": "",
    }  # fmt: skip
    facts = [{"name": name, "value": value} for name, value in found["facts"]]
    pictures = [
        {"number": number, "content_type": each.content_type, "width": each.width, "height": each.height}
        for number, each in found["pictures"]
    ]
    return {**found, "state": state, "why": why, "facts": facts, "pictures": pictures}


def said(copy: Any) -> dict[str, Any]:
    """A copy as its page shows it."""
    return {
        "notes": [note(words) for words in copy.notes],
        "facts": [(fact_label(name), fact_value(name, value)) for name, value in copy.facts],
        "columns": [column_label(name) for name in copy.columns],
        "rows": copy.rows,
        "text": copy.text,
        "pictures": list(enumerate(copy.pictures)),
        "kind": copy.kind,
    }
