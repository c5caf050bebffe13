# SPDX-License-Identifier: Apache-2.0
"""Who knew of it and what evidence there is: rules over plain facts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.records.briefing import (
    Anchors,
    Question,
    Section,
    Statement,
    bounded_difference,
    clipped,
    in_order,
    section,
    unknown,
)  # fmt: skip
from longwatch.records.briefing_facts import (
    Arrival,
    Change,
    ExhibitFact,
    Holder,
    Insider,
    Looker,
    RecordFacts,
    Surroundings,
)  # fmt: skip
from longwatch.records.briefing_happened import MOST_ARRIVALS
from longwatch.web.sizes import size_words

SAME_MINUTE = timedelta(minutes=1)


def who_knew(
    opened: Statement,
    readable: str,
    holders: Sequence[Holder],
    facts: RecordFacts,
    around: Surroundings,
    anchors: Anchors,
) -> Section:
    """Arrivals, the opening, everybody with a part or let in, who took or read it or was told; what is unknown."""
    known = [
        *(_arrived(each) for each in around.arrivals[:MOST_ARRIVALS]),
        opened,
        *(_held(each, _let_in_with(each, facts.insiders), anchors) for each in holders),
        *(_inside(each, anchors) for each in facts.insiders if not _told(each, opened, holders)),
        *(_took(each, anchors) for each in facts.exports),
        *(_looked(each, anchors) for each in facts.lookers),
    ]
    silent = unknown(_("Unknown: who was notified, and when. No notification that told of this is recorded."))
    left_unsaid = [] if any(each.told for each in facts.lookers) else [silent]
    left = bounded_difference(facts.insiders_total, len(facts.insiders))
    return section(
        Question.KNEW, [*in_order(known), Statement(text=readable), *left_unsaid], nothing="",
        more=_("Not shown here: %(count)s more members") % {"count": left} if left else "", more_url=anchors.record_url,
    )  # fmt: skip


def moment_words(moment: datetime) -> str:
    """Day and time in the reader's zone, for the middle of a sentence."""
    return formats.date_format(timezone.localtime(moment), "j M Y, H:i")


def _arrived(arrival: Arrival) -> Statement:
    words = {"kind": arrival.kind, "source": arrival.source}
    return Statement(text=_("%(kind)s received (%(source)s)") % words, at=arrival.first_seen, url=arrival.url)


def _held(holder: Holder, let_in: Insider | None, anchors: Anchors) -> Statement:
    text = _("joined as %(role)s") % {"role": holder.role.lower()}
    if holder.until:
        text = _("%(joined)s, until %(until)s") % {"joined": text, "until": moment_words(holder.until)}
    by = let_in.let_in_by if let_in else ""
    note = _("let in by %(by)s") % {"by": by} if by and by != holder.name else ""
    url = anchors.row(holder.version, holder.until or holder.since)
    return Statement(text=text, at=holder.since, url=url, person=holder.name, note=note)


def _let_in_with(holder: Holder, insiders: Sequence[Insider]) -> Insider | None:
    """The membership that came with a part: same person, same minute."""
    return next((each for each in insiders if _came_with(each, holder)), None)


def _came_with(insider: Insider, holder: Holder) -> bool:
    return insider.name == holder.name and abs(insider.since - holder.since) < SAME_MINUTE


def _told(insider: Insider, opened: Statement, holders: Sequence[Holder]) -> bool:
    # Whoever opens a case is inside it by that, whoever gets a part in an incident too: one sentence is enough.
    if insider.until is not None:
        return False
    founder = insider.name == opened.person and insider.let_in_by in ("", insider.name)
    return founder or any(_came_with(insider, holder) for holder in holders)


def _inside(insider: Insider, anchors: Anchors) -> Statement:
    by = insider.let_in_by
    text = _("was let in by %(by)s") % {"by": by} if by and by != insider.name else _("got access")
    if insider.until:
        text = _("%(let_in)s, until %(until)s") % {"let_in": text, "until": moment_words(insider.until)}
    if insider.reason:
        text = f"{text}: {clipped(insider.reason, 120)}"
    return Statement(text=text, at=insider.since, url=anchors.record_url, person=insider.name)


def _looked(looker: Looker, anchors: Anchors) -> Statement:
    text = _("looked at it through broken glass") if looker.by_glass else _("read it")
    text = _("was notified of it") if looker.told else text
    note = _("last on %(last)s") % {"last": moment_words(looker.last)} if looker.times > 1 else ""
    return Statement(text=text, at=looker.since, url=anchors.record_url, person=looker.name, note=note)


def _took(change: Change, anchors: Anchors) -> Statement:
    times = int(change.fields.get("times") or 1)
    note = ngettext("%(count)s time, first then", "%(count)s times, first then", times) % {"count": times}
    url = anchors.entry(change.id, change.at)
    text = _("took these answers away as PDF")
    return Statement(text=text, at=change.at, url=url, person=change.actor, note=note if times > 1 else "")


def evidence(around: Surroundings) -> Section:
    """Every exhibit with its hash, who received it when, how often it was in somebody's hands; withdrawn ones too."""
    if not around.exhibits_readable:
        untold = unknown(_("Unknown: the evidence. The permissions that this was read with do not cover it."))
        return section(Question.EVIDENCE, [untold], nothing="")
    left = bounded_difference(around.exhibits_total, len(around.exhibits))
    return section(
        Question.EVIDENCE, [_exhibit(each) for each in around.exhibits], nothing=_("No evidence has been recorded."),
        more=_("Not shown here: %(count)s more exhibits") % {"count": left} if left else "",
    )  # fmt: skip


def _exhibit(exhibit: ExhibitFact) -> Statement:
    size = size_words(exhibit.size) if exhibit.sha256 else _("a thing")
    words = {"number": exhibit.number, "name": clipped(exhibit.name, 120), "size": size}
    with_report, numbered = _("With the report: %(name)s (%(size)s)"), _("Exhibit %(number)s: %(name)s (%(size)s)")
    named = with_report if exhibit.of_signal else numbered
    text = _("%(exhibit)s, received by %(by)s") % {"exhibit": named % words, "by": exhibit.received_by}
    return Statement(
        text=". ".join(part for part in (text, _withdrawal(exhibit)) if part), at=exhibit.received_at,
        only_day=exhibit.only_day_known, url=exhibit.url, note=_handled(exhibit),
        raw=f"SHA-256 {exhibit.sha256}" if exhibit.sha256 else "",
    )  # fmt: skip


def _withdrawal(exhibit: ExhibitFact) -> str:
    if exhibit.withdrawn_at is None:
        return ""
    words = {
        "by": exhibit.withdrawn_by, "at": moment_words(exhibit.withdrawn_at),
        "reason": clipped(exhibit.withdrawal_reason, 160),
    }  # fmt: skip
    return _("Withdrawn by %(by)s on %(at)s: %(reason)s") % words


def _handled(exhibit: ExhibitFact) -> str:
    viewed = ngettext("viewed once", "viewed %(count)s times", exhibit.viewed) % {"count": exhibit.viewed}
    taken = ngettext("downloaded once", "downloaded %(count)s times", exhibit.downloaded)
    taken = taken % {"count": exhibit.downloaded}
    gone = ngettext("exported once", "exported %(count)s times", exhibit.exported) % {"count": exhibit.exported}
    told = ((exhibit.viewed, viewed), (exhibit.downloaded, taken), (exhibit.exported, gone))
    parts = [words for count, words in told if count]
    return ", ".join(parts) or _("nobody has opened it yet")
