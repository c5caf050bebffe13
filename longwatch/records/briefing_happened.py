# SPDX-License-Identifier: Apache-2.0
"""What happened: rules over plain facts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.core.discretion import is_only_day
from longwatch.records.briefing import (
    COUNTED_TO,
    Anchors,
    Question,
    Section,
    Statement,
    Weight,
    bounded_difference,
    clipped,
    in_order,
    listed,
    section,
    unknown,
)  # fmt: skip
from longwatch.records.briefing_facts import Arrival, Named, RecordFacts, Said, Surroundings
from longwatch.web.moments import duration_words

LATE = timedelta(hours=1)
LONGEST_SUMMARY = 900
MOST_ARRIVALS = 4
# The order in which parts are told: whom it is about before what else was named.
PARTS = ("affected", "subject", "respondent", "witness", "reporter", "scene", "involved", "indicator")


def what_happened(
    summary: str,
    place: str,
    facts: RecordFacts,
    around: Surroundings,
    anchors: Anchors,
    *,
    found: Sequence[Statement] = (),
) -> Section:
    """The summary, reports and key lines as they occurred, what was found out about them, place and people."""
    text = summary.strip()
    about = _summary(text) if text else unknown(_("No summary has been written yet."))
    reported = [_reported(each) for each in around.arrivals[:MOST_ARRIVALS]]
    events = in_order([*reported, *(said_statement(each, anchors) for each in facts.said)])
    return section(
        Question.HAPPENED, [about, *events, *found, *_where(place), *_who(around.named)], nothing="",
        more=_more(facts, len(reported)), more_url=anchors.timeline,
    )  # fmt: skip


def _summary(text: str) -> Statement:
    return Statement(text=clipped(text, LONGEST_SUMMARY), weight=Weight.LEAD)


def _reported(arrival: Arrival) -> Statement:
    words = {"kind": arrival.kind, "source": arrival.source, "title": clipped(arrival.title, 160)}
    text = _("%(kind)s (%(source)s): “%(title)s”") % words
    if arrival.count > 1:
        times = ngettext("arrived %(count)s time", "arrived %(count)s times", arrival.count)
        text = f"{text}, " + times % {"count": f"{arrival.count:,}"}
    # Of a report without an account the day alone is kept: nothing tells how much later it came.
    only_day = is_only_day(arrival.first_seen)
    late = "" if only_day else late_words(arrival.occurred_at, arrival.first_seen)
    only_day = only_day and arrival.occurred_at == arrival.first_seen
    return Statement(text=text, at=arrival.occurred_at, only_day=only_day, url=arrival.url, note=late)


def said_statement(said: Said, anchors: Anchors) -> Statement:
    """A timeline line: who says what, of when, and how much later it became known."""
    late = late_words(said.occurred_at, said.recorded_at)
    url = anchors.entry(said.id, said.occurred_at)
    return Statement(text=clipped(said.text), at=said.occurred_at, url=url, person=f"{said.author}:", note=late)


def late_words(occurred: datetime, recorded: datetime) -> str:
    """How much later it became known, when that was more than an hour."""
    late = recorded - occurred
    return _("recorded %(span)s later") % {"span": duration_words(late)} if late > LATE else ""


def _where(place: str) -> list[Statement]:
    return [Statement(text=_("Place: %(place)s") % {"place": clipped(place, 160)})] if place.strip() else []


def _who(named: Sequence[Named]) -> Iterable[Statement]:
    present = {each.part for each in named}
    return [_part([n for n in named if n.part == part]) for part in PARTS if part in present]


def _part(named: Sequence[Named]) -> Statement:
    words = [f"{clipped(each.value, 80)} ({each.kind_word.lower()})" for each in named]
    url = named[0].url if len(named) == 1 else ""
    return Statement(text=f"{named[0].part_word}: {listed(words, most=5)}", url=url)


def _more(facts: RecordFacts, reports: int) -> str:
    signals = bounded_difference(facts.signals_total, reports)
    events = bounded_difference(facts.said_total, len(facts.said))
    notes = bounded_difference(facts.notes_total, 0)
    left = [
        (signals, ngettext("%(count)s more signal", "%(count)s more signals", _number(signals))),
        (events, ngettext("%(count)s more event or update", "%(count)s more events and updates", _number(events))),
        (notes, ngettext("%(count)s note", "%(count)s notes", _number(notes))),
    ]
    parts = [words % {"count": count} for count, words in left if count]
    return _("In the timeline, not shown here: %(list)s") % {"list": ", ".join(parts)} if parts else ""


def _number(words: str) -> int:
    return int(words) if words.isdecimal() else COUNTED_TO
