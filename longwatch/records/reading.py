# SPDX-License-Identifier: Apache-2.0
"""A record's timeline as a page shows it: days, gaps, late entries, corrections beside what they correct."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.core.actor import Actor
from longwatch.core.discretion import is_only_day
from longwatch.core.paging import Page
from longwatch.records import selectors
from longwatch.records.models import EntryKind, TimelineEntry
from longwatch.records.selectors import Line
from longwatch.records.sentences import Sentence, sentence_of
from longwatch.web.moments import duration_words

GAP = timedelta(hours=6)
ORDERS = ("occurred_at", "recorded_at")
KINDS = (
    ("", gettext_lazy("Everything")),
    ("event", gettext_lazy("Events")),
    ("note", gettext_lazy("Notes")),
    ("update", gettext_lazy("Updates")),
    ("decision", gettext_lazy("Decisions")),
    ("change", gettext_lazy("Changes")),
)
ENTRY_ICONS = {"event": "flag", "note": "message-square", "update": "radio", "decision": "gavel", "change": "history"}
CHANGE_ICONS = {
    "task": "list-checks", "link": "link-2", "member": "users", "incident": "siren", "case": "briefcase",
    "compartment": "lock", "responder": "user-check", "mention": "fingerprint-pattern", "entity": "fingerprint-pattern",
    "exhibit": "paperclip", "evidence": "paperclip", "signal": "inbox", "break_glass": "lock-open",
    "sealed_match": "search",
}  # fmt: skip
ENTRY_VERBS = {
    "event": gettext_lazy("recorded an event"),
    "note": gettext_lazy("wrote a note"),
    "update": gettext_lazy("gave an update"),
    "decision": gettext_lazy("recorded a decision"),
}
LONG_TEXT = 1200


@dataclass(frozen=True, slots=True)
class Shown:
    """One line with all that its row needs."""

    line: Line
    icon: str
    words: str
    at: datetime
    day: date | None = None
    gap: str = ""
    late_words: str = ""
    corrected_text: str = ""

    @property
    def is_entry(self) -> bool:
        """Whether somebody wrote it (and may pin or correct it)."""
        return self.line.kind != "change"

    @property
    def only_day(self) -> bool:
        """Whether no time of day is kept: somebody without an account caused it."""
        return not self.is_entry and is_only_day(self.at)

    @property
    def is_long(self) -> bool:
        """Whether the text is folded at first."""
        return len(self.line.text) > LONG_TEXT


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of a timeline with its filters."""

    record_id: UUID
    kind: str
    order: str
    page: Page[Line]
    lines: Sequence[Shown]
    pinned: Sequence[TimelineEntry]
    filters: Sequence[Mapping[str, object]] = field(default_factory=list)

    @property
    def by_recorded(self) -> bool:
        """Whether the order is that in which things became known."""
        return self.order == "recorded_at"

    @property
    def other_order(self) -> str:
        """The query string that switches the order."""
        return _query(self.kind, "occurred_at" if self.by_recorded else "recorded_at")

    @property
    def older(self) -> str:
        """The query string of the next page, or nothing."""
        cursor = self.page.next_cursor
        return _query(self.kind, self.order, after=cursor) if cursor else ""

    @property
    def newest(self) -> str:
        """The query string of the first page, or nothing when this is it."""
        return "" if self.page.first else _query(self.kind, self.order)


def read_timeline(
    request: HttpRequest, record_id: UUID, catalogue: Mapping[str, Sentence], *, by: Actor, limit: int = 50,
    only: UUID | None = None,
) -> Reading:  # fmt: skip
    """The page of the timeline that the query string asks for: `kind`, `order`, `after`. Three statements at most."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(KINDS) else ""
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "occurred_at"
    page = selectors.timeline(
        record_id, by=by, order=order, kinds=[kind] if kind else [], cursor=request.GET.get("after"), limit=limit,
        only=only,
    )  # fmt: skip
    wanted = [line.corrects_id for line in page.rows if line.corrects_id]
    pinned_too = page.first and kind != "change"
    beside = list(selectors.pinned_and(record_id, wanted, with_pinned=pinned_too, only=only))
    texts = {entry.id: entry.text for entry in beside}
    pinned = [entry for entry in beside if entry.pinned and entry.id not in wanted]
    filters = [{"name": name, "query": _query(value, order), "current": value == kind} for value, name in KINDS]
    return Reading(record_id, kind, order, page, list(_shown(page.rows, order, texts, catalogue)), pinned, filters)


def _query(kind: str, order: str, after: str | None = None) -> str:
    values = QueryDict(mutable=True)
    for name, value in (("kind", kind), ("order", "" if order == ORDERS[0] else order), ("after", after)):
        if value:
            values[name] = value
    return f"?{values.urlencode()}"


def _shown(
    lines: Sequence[Line], order: str, texts: Mapping[UUID, str], catalogue: Mapping[str, Sentence]
) -> Iterator[Shown]:
    before: datetime | None = None
    for line in lines:
        moment: datetime = getattr(line, order)
        day = timezone.localtime(moment).date()
        new_day = before is None or timezone.localtime(before).date() != day
        yield Shown(
            line, _icon(line), _words(line, catalogue), moment, day if new_day else None, _gap(before, moment),
            _late(line), texts.get(line.corrects_id, "") if line.corrects_id else "",
        )  # fmt: skip
        before = moment


def _words(line: Line, catalogue: Mapping[str, Sentence]) -> str:
    if line.kind == "change":
        return sentence_of(line.action, line.fields, catalogue)
    return _("corrected an entry") if line.corrects_id else str(ENTRY_VERBS.get(line.kind, line.kind))


def _icon(line: Line) -> str:
    if line.kind == "change":
        return CHANGE_ICONS.get(line.action.partition(".")[0], "history")
    return "pencil" if line.corrects_id else ENTRY_ICONS.get(line.kind, "message-square")


def _gap(newer: datetime | None, older: datetime) -> str:
    span = newer - older if newer else timedelta()
    return _("Nothing for %(span)s") % {"span": duration_words(span)} if span >= GAP else ""


def _late(line: Line) -> str:
    if not line.late:
        return ""
    return _("recorded %(span)s later") % {"span": duration_words(line.recorded_at - line.occurred_at)}


def composer_kinds(*, decisions: bool = False) -> list[tuple[str, str, str]]:
    """What the composer can write: value, word, icon."""
    kinds = [EntryKind.NOTE, EntryKind.UPDATE, EntryKind.EVENT, *([EntryKind.DECISION] if decisions else [])]
    return [(kind.value, str(kind.label), ENTRY_ICONS[kind]) for kind in kinds]
