# SPDX-License-Identifier: Apache-2.0
"""The six questions about a record, answered from what is recorded: what a page, a PDF and the API show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.core.paging import encode_cursor

COUNTED_TO = 1000
LONGEST_SENTENCE = 360
ONE_PAGE_OF_TIMELINE = 50
SAME_MOMENT = timedelta(seconds=2)


class Question(TextChoices):
    """The six, in the order in which they are asked."""

    HAPPENED = "happened", gettext_lazy("What happened?")
    KNEW = "knew", gettext_lazy("Who knew, and when?")
    EVIDENCE = "evidence", gettext_lazy("What evidence was collected?")
    DONE = "done", gettext_lazy("What was done, and who approved it?")
    BEFORE = "before", gettext_lazy("Is it linked to anything before?")
    RISK = "risk", gettext_lazy("What risk remains?")


class Weight(StrEnum):
    """How a statement is to be read."""

    FACT = "fact"
    LEAD = "lead"  # a paragraph in somebody's own words
    GAP = "gap"  # something that somebody should see to
    UNKNOWN = "unknown"  # not recorded, said so that nobody takes silence for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of an answer: who (when a person did it), what, when, and where it is recorded."""

    text: str
    at: datetime | None = None
    # No time of day is kept of what came without an account.
    only_day: bool = False
    url: str = ""
    person: str = ""
    # A shorter remark after the sentence ("recorded 2 days later"), and raw data such as a hash.
    note: str = ""
    raw: str = ""
    weight: Weight = Weight.FACT

    @property
    def sentence(self) -> str:
        """The whole in one line, person and remark included."""
        return f"{self.person} {self.text}".strip() + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question with its answer; `more` says honestly what was left out."""

    question: Question
    statements: tuple[Statement, ...]
    more: str = ""
    more_url: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether nothing at all is recorded."""
        return all(statement.weight == Weight.UNKNOWN for statement in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The record that a briefing is about, in words."""

    id: UUID
    kind: str
    kind_word: str
    reference: str
    title: str
    url: str
    # Who may read it: the marking on every page of a print.
    marking: str
    # What stands under the title: name and value.
    facts: tuple[tuple[str, str], ...] = ()
    severity: int | None = None
    status: str = ""
    status_word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """Six answers as one person may see them at one moment."""

    subject: Subject
    as_of: datetime
    viewer: str
    time_zone: str
    sections: tuple[Section, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Anchors:
    """Addresses of entries on the record's page, also when an entry is older than its first page."""

    record_url: str
    lines: int = 0

    def entry(self, key: object, at: datetime | None) -> str:
        """The address of a timeline line; a long timeline opens at it."""
        anchor = f"#entry-{key}"
        if at is None or self.lines <= ONE_PAGE_OF_TIMELINE:
            return f"{self.record_url}{anchor}"
        # Later than every identifier of that moment, so that the page begins with the line itself.
        start = encode_cursor([at.isoformat(), "zzzz"])
        return f"{self.record_url}?{urlencode({'after': start})}{anchor}"

    def row(self, version: int, at: datetime) -> str:
        """The address of the entry about a row, which was appended a moment after the row's own time."""
        return self.entry(version, at + SAME_MOMENT)

    @property
    def timeline(self) -> str:
        """The whole timeline."""
        return self.record_url


def section(
    question: Question, statements: Sequence[Statement], *, nothing: str, more: str = "", more_url: str = ""
) -> Section:
    """A section; `nothing` is what it says when there is no statement at all."""
    said = tuple(statements) or (unknown(nothing),)
    return Section(question=question, statements=said, more=more, more_url=more_url)


def unknown(text: str) -> Statement:
    """What is not recorded, said."""
    return Statement(text=text, weight=Weight.UNKNOWN)


def gap(text: str, *, at: datetime | None = None, url: str = "", person: str = "") -> Statement:
    """What somebody should see to."""
    return Statement(text=text, at=at, url=url, person=person, weight=Weight.GAP)


def in_order(statements: Sequence[Statement]) -> list[Statement]:
    """By time, those without one last; equal times stay as they came."""
    dated = [each for each in statements if each.at is not None]
    return [*sorted(dated, key=_moment), *(each for each in statements if each.at is None)]


def _moment(statement: Statement) -> float:
    return statement.at.timestamp() if statement.at else 0.0


def clipped(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """The text on one line; a long one ends at a word with an ellipsis (the entry has all of it)."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    head = line[:longest]
    at_word = head.rpartition(" ")[0] if " " in head[longest // 2 :] else head
    return at_word.rstrip(" ,;:.") + " …"


def counted(number: int) -> str:
    """A number as it was counted: exact up to a thousand."""
    return f"{COUNTED_TO:,}+" if number > COUNTED_TO else str(number)


def bounded_difference(total: int, shown: int) -> str:
    """How many are not shown, in words; empty when all are."""
    if total <= shown:
        return ""
    return counted(total) if total > COUNTED_TO else str(total - shown)


def listed(words: Sequence[str], most: int = 4) -> str:
    """Words as a list in a sentence; a long list says how many more."""
    shown = list(words[:most])
    if len(words) > most:
        return _("%(names)s and %(count)s more") % {"names": ", ".join(shown), "count": len(words) - most}
    if len(shown) > 1:
        return _("%(names)s and %(last)s") % {"names": ", ".join(shown[:-1]), "last": shown[-1]}
    return shown[0] if shown else ""
