# SPDX-License-Identifier: Apache-2.0
"""What is known goes with a case that is opened: people, assets and threats, each with who says so and from when."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.access import selectors as access_selectors
from longwatch.core import actor as actors
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.enrichment import selectors as enrichment
from longwatch.enrichment.models import Result, ResultKind
from longwatch.enrichment.telling import words_of
from longwatch.incidents import selectors as incidents
from longwatch.records.models import EntryKind, TimelineEntry
from longwatch.records.reference import RecordRef
from longwatch.records.services.timeline import add_entry
from longwatch.web.moments import absolute_words

MOST_LINES = 50
ATTACHED: Mapping["str | Promise", tuple[ResultKind, ...]] = {
    gettext_lazy("What is known of the people that it names"): (ResultKind.IDENTITY,),
    gettext_lazy("What is known of the assets that it names, and what depends on them"): (ResultKind.ASSET,),
    gettext_lazy("What is known of the threat"): (
        ResultKind.WATCHED, ResultKind.INDICATOR, ResultKind.KEV, ResultKind.TECHNIQUE, ResultKind.ACTOR,
        ResultKind.SIGHTING, ResultKind.WARNINGLIST,
    ),
}  # fmt: skip


def attach_known(
    case: RecordRef, *, signal_ids: Sequence[UUID], incident_ids: Sequence[UUID], by: Actor
) -> list[TimelineEntry]:
    """Write into a new case what was looked up about what it comes from: an entry about people, one about assets and
    one about threats, where there is anything; by Longwatch, each line with its source and date.

    What the organisation's inventory and watch-lists say is for whoever handles the case. What a list of a narrower
    circle told is left out: members of the case may not be inside it.
    """
    wanted = [*signal_ids, *(each for incident_id in incident_ids for each in incidents.signal_ids(incident_id))]
    if not wanted:
        return []
    told_by = {None, access_selectors.operations(by.org_id).id}
    results = [each for each in enrichment.results_of_signals(wanted) if each.told_by_compartment_id in told_by]
    writer = actors.system(by.org_id, frozenset({str(case.work_permission)}), via="case opening")
    entries = []
    for heading, kinds in ATTACHED.items():
        about = [each for each in results if each.kind in kinds]
        if about:
            text = "\n".join([f"{heading}:", *_lines(about)])
            # The clock of the machine that looked it up may be ahead of this one's.
            newest = min(clock.now(), max(each.at for each in about))
            entries.append(add_entry(case, kind=EntryKind.NOTE, text=text, occurred_at=newest, by=writer))
    return entries


def _lines(results: Sequence[Result]) -> list[str]:
    """Each thing once, the newest word of each source; so many at most, and how many more there are."""
    once: dict[tuple[str, str, str], Result] = {}
    for each in results:
        once.setdefault((each.kind, each.value, each.source), each)
    lines = [f"• {each.value}: {words_of(each)} ({_attribution(each)})" for each in once.values()]
    left = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([_("and %(n)s more") % {"n": left}] if left > 0 else [])]


def _attribution(result: Result) -> str:
    """Who says so, of when, and when it was looked up."""
    dated = result.dated.isoformat() if result.dated else ""
    said = " ".join(each for each in (result.source or _("earlier signals"), result.edition, dated) if each)
    return _("%(source)s; looked up %(at)s") % {"source": said, "at": absolute_words(result.at)}
