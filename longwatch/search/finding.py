# SPDX-License-Identifier: Apache-2.0
"""One box, one answer: what holds the words, and whether what was typed has been reported before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.entities.kinds import refanged
from longwatch.records.readable import readable_kinds
from longwatch.search import selectors
from longwatch.search.identify import candidates, is_identifier, reference_kind
from longwatch.search.kinds import ResultKind, wanted_results
from longwatch.search.records_directory import Described, by_reference, described
from longwatch.search.seen import Seen, named_by, seen
from longwatch.search.selectors import Hit


class Age(models.TextChoices):
    """How old a result may be."""

    ANY = "", _("Any time")
    DAY = "day", _("Last 24 hours")
    WEEK = "week", _("Last 7 days")
    MONTH = "month", _("Last 30 days")
    YEAR = "year", _("Last 12 months")


SPANS = {Age.DAY: 1, Age.WEEK: 7, Age.MONTH: 30, Age.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, with the record it belongs to."""

    hit: Hit
    record: Described

    @property
    def url(self) -> str:
        """Where it can be read."""
        if self.hit.kind == ResultKind.ENTITY:
            return reverse("entities:entity", args=[self.hit.id])
        return self.record.url

    @property
    def is_record(self) -> bool:
        """Whether the hit is the record itself."""
        return self.hit.id == self.record.id


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results and what is known of the identifier that was typed."""

    results: Sequence[Found]
    next_cursor: str | None
    before: Sequence[Seen]
    identifier: bool


def find(text: str, actor: Actor, *, kinds: Sequence[str] = (), age: str = "", cursor: str | None = None,
         limit: int = 30) -> Answer:  # fmt: skip
    """What holds the words, newest first; on the first page also where an entity of that name was seen."""
    wanted, allowed = wanted_results(actor, kinds), readable_kinds(actor)
    page = selectors.everything(
        refanged(text), wanted=wanted, allowed=allowed, since=_since(age), cursor=cursor, limit=limit
    )
    named = candidates(text, actor.org_id) if cursor is None else []
    sightings = selectors.sightings([entity.id for entity in named], allowed=allowed)
    records = described([*((hit.record_kind, hit.record_id) for hit in page.rows), *named_by(sightings)])
    results = [Found(hit, records[hit.record_id]) for hit in page.rows if hit.record_id in records]
    before = [group for group in seen(named, sightings, records) if group.total]
    return Answer(results, page.next_cursor, before, bool(text.strip()) and is_identifier(text))


def reported_before(text: str, actor: Actor) -> list[Seen]:
    """Where persons, places or indicators of exactly this name were seen."""
    named = candidates(text, actor.org_id)
    sightings = selectors.sightings([entity.id for entity in named], allowed=readable_kinds(actor))
    return [group for group in seen(named, sightings) if group.total]


def jump(text: str, actor: Actor) -> str | None:
    """The page that a typed reference leads to, when the actor may see it."""
    kind = reference_kind(text)
    return by_reference(kind, text, actor) if kind else None


def _since(age: str) -> datetime | None:
    return clock.now() - timedelta(days=SPANS[Age(age)]) if age in SPANS else None
