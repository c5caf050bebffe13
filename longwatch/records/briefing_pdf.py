# SPDX-License-Identifier: Apache-2.0
"""A briefing as PDF, set by typst. The record's text reaches it as data only, never as markup."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from longwatch.core.deferred import deferred
from longwatch.records.briefing import Briefing, Section, Statement
from longwatch.web.moments import absolute_words, day_words

if TYPE_CHECKING:
    import typst
else:
    typst = deferred("typst")

TEMPLATE = Path(__file__).parent / "typst" / "briefing.typ"
# Archival and readable aloud. Both forbid characters without a glyph, so such a text goes without them.
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
PAPERS = ("a4", "us-letter")


def briefing_pdf(briefing: Briefing, *, base_url: str = "", paper: str = "a4") -> bytes:
    """The briefing as PDF/A-2a and PDF/UA-1; as plain PDF, which says so, when the fonts lack a character."""
    data = briefing_data(briefing, base_url, paper if paper in PAPERS else PAPERS[0])
    try:
        return _compiled(data, STANDARDS)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compiled(
        {**data, "lost": _("Boxes stand for characters that no installed font has; they are in the record.")}, []
    )


def _compiled(data: Mapping[str, Any], standards: Sequence[Literal["a-2a", "ua-1"]]) -> bytes:
    compiler = typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    pdf = compiler.compile(format="pdf", pdf_standards=list(standards) or None)
    # One file, because the pages are not split.
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> "typst.Fonts":
    # Libertinus comes with typst; what it lacks is taken from the fonts that the machine has.
    return typst.Fonts(include_system_fonts=True)


def briefing_data(briefing: Briefing, base_url: str, paper: str) -> dict[str, Any]:
    """All that the template shows, as strings; whatever looks like markup in them stays text."""
    subject = briefing.subject
    as_of = absolute_words(briefing.as_of)
    return {
        "paper": paper,
        "language": (get_language() or "en").split("-")[0],
        "reference": subject.reference,
        "title": _text(subject.title),
        "heading": _("The six questions"),
        "marking": subject.marking,
        "facts": [[name, value] for name, value in subject.facts],
        "seen": _("As seen by %(viewer)s at %(time)s") % {"viewer": briefing.viewer, "time": as_of},
        "zone": _("Times are in %(zone)s.") % {"zone": briefing.time_zone},
        "page": _("Page %(page)s of %(pages)s"),
        "url": f"{base_url}{subject.url}" if base_url else "",
        "sections": [_section(section, base_url) for section in briefing.sections],
        "lost": "",
    }


def _section(section: Section, base_url: str) -> dict[str, Any]:
    return {
        "question": str(section.question.label),
        "statements": [_statement(statement, base_url) for statement in section.statements],
        "more": section.more,
    }


def _statement(statement: Statement, base_url: str) -> dict[str, Any]:
    return {
        "day": day_words(statement.at) if statement.at and statement.only_day else _day(statement.at),
        "time": "" if statement.only_day else _time(statement.at),
        "person": statement.person,
        "text": _text(statement.text),
        "note": statement.note,
        "raw": statement.raw,
        "weight": statement.weight.value,
        "url": f"{base_url}{statement.url}" if statement.url and base_url else "",
    }


def _day(moment: datetime | None) -> str:
    return formats.date_format(timezone.localtime(moment), "j M Y") if moment else ""


def _time(moment: datetime | None) -> str:
    return formats.date_format(timezone.localtime(moment), "H:i") if moment else ""


def _text(text: str) -> dict[str, str]:
    return {"text": text, "direction": direction(text)}


def direction(text: str) -> str:
    """The way a text runs: that of its first letter."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"
