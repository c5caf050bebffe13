# SPDX-License-Identifier: Apache-2.0
"""What was said about an entity, as its page tells it: what, by whom, on what basis, and how to take it back."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from longwatch.core.actor import Actor
from longwatch.entities.models import Identity, Marking
from longwatch.entities.sentences import kind_word, marks_word
from longwatch.records.models import RecordKind
from longwatch.records.reference import WORK_PERMISSION
from longwatch.search.entity_page import EntityPage
from longwatch.search.records_directory import Described


@dataclass(frozen=True, slots=True)
class Told:
    """One of them; `end_url` is empty when it holds no more or the reader may not take it back."""

    words: str
    value: str
    label: str
    at: datetime
    reason: str
    record: Described | None
    ended_at: datetime | None
    ended_label: str
    end_url: str
    end_words: str


def told(page: EntityPage, actor: Actor) -> list[Told]:
    """All that was ever said of it being the same as others or not, and the markings that hold; the newest first."""
    said = [_of_identity(row, page, actor) for row in page.known.said]
    marks = [_of_marking(row, page, actor) for row in page.known.markings]
    return sorted([*said, *marks], key=lambda each: each.at, reverse=True)


def _of_identity(row: Identity, page: EntityPage, actor: Actor) -> Told:
    named = {
        "one": row.value, "kind": kind_word(row.kind).lower(), "other": row.into_value,
        "other_kind": kind_word(row.into_kind).lower(),
    }  # fmt: skip
    sentence = _("%(one)s (%(kind)s) is %(other)s (%(other_kind)s)")
    words = (sentence if row.same else _("%(one)s (%(kind)s) is not %(other)s (%(other_kind)s)")) % named
    address = reverse("entities:said-end", args=[row.into_id, row.id]) if _holds(row, actor) else ""
    return Told(
        words, row.value, row.said_label, row.said_at, row.reason, page.records.get(row.record_id), row.ended_at,
        row.ended_label, address, _("Unmerge") if row.same else _("Take back"),
    )  # fmt: skip


def _of_marking(row: Marking, page: EntityPage, actor: Actor) -> Told:
    words = _("%(value)s is %(marks)s") % {"value": row.value, "marks": marks_word(row.tlp, row.pap)}
    address = reverse("entities:marking-end", args=[row.entity_id, row.id]) if _holds(row, actor) else ""
    return Told(
        words, marks_word(row.tlp, row.pap), row.said_label, row.said_at, row.reason, page.records.get(row.record_id),
        None, "", address, _("Take off"),
    )  # fmt: skip


def _holds(row: Identity | Marking, actor: Actor) -> bool:
    return row.ended_at is None and actor.may(WORK_PERMISSION[RecordKind(row.record_kind)])
