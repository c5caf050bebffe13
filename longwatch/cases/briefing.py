# SPDX-License-Identifier: Apache-2.0
"""The six questions about a case, as the reader may see it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from longwatch.access.leaving_out import leaving_out_what_never_leaves
from longwatch.cases import selectors
from longwatch.cases.briefing_outcome import Decided, approvals, decided, found_out, remaining
from longwatch.cases.models import Case, CaseStatus, CaseType
from longwatch.cases.sentences import SENTENCES
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.entities.sentences import SENTENCES as ENTITY_SENTENCES
from longwatch.evidence.sentences import SENTENCES as EVIDENCE_SENTENCES
from longwatch.incidents.briefing import known_incident, others
from longwatch.intake.briefing import surroundings
from longwatch.records.briefing import Anchors, Briefing, Statement, Subject
from longwatch.records.briefing_facts import KnownRecord, RecordFacts, Surroundings
from longwatch.records.briefing_happened import what_happened
from longwatch.records.briefing_known import evidence, moment_words, who_knew
from longwatch.records.briefing_outcome import linked_before, open_task_gaps, risk, what_was_done
from longwatch.records.briefing_pages import marking, readable_words
from longwatch.records.briefing_reading import record_facts
from longwatch.records.models import RecordKind

CATALOGUE = {**ENTITY_SENTENCES, **EVIDENCE_SENTENCES, **SENTENCES}
MOST_DECISIONS = 8
# Decisions and findings are told from their rows, which know more than the events.
DONE = (
    "case.lead_named", "case.monitoring_handed_over", "case.investigation_started", "case.held", "case.resumed",
    "case.incident_raised", "publication.published", "publication.withdrawn",
    "case.closure_requested", "case.closure_refused", "case.closure_withdrawn", "case.closed", "case.reopened",
)  # fmt: skip


def case_briefing(case: Case, *, by: Actor) -> Briefing:
    """The briefing of a case that the reader was found to see; read as the reader, in five statements.

    On screen it tells an insider what is privileged, too; what is handed on is `case_briefing_to_hand_on`.
    """
    facts = _closed_once(case, record_facts(case.id, case.compartment_id, DONE, by=by))
    around = surroundings(case.id, by=by)
    known, decisions = _known_and_decided(case.id, facts, around)
    around = replace(around, known={**around.known, **known})
    anchors = Anchors(reverse("cases:history", args=[case.reference]), facts.lines)
    allegations = list(selectors.allegations(case.id))
    now = clock.now()
    approved = approvals(case, anchors)
    done = what_was_done(facts, CATALOGUE, anchors, decided=decided(decisions, anchors), approvals=approved)
    left = [*remaining(case, allegations, now, anchors), *open_task_gaps(facts, now, anchors)]
    sections = (
        what_happened(case.summary, "", facts, around, anchors, found=found_out(case, allegations, anchors)),
        who_knew(_opening(case, facts, anchors), readable_words(case.compartment), [], facts, around, anchors),
        evidence(around),
        done,
        linked_before(case.opened_at, facts, around),
        risk(left),
    )
    return Briefing(
        subject=_subject(case), as_of=now, viewer=by.label, time_zone=timezone.get_current_timezone_name(),
        sections=sections,
    )  # fmt: skip


def case_briefing_to_hand_on(case: Case, *, by: Actor) -> Briefing:
    """The same for a file: without the sections that never leave, whoever asks."""
    with leaving_out_what_never_leaves(case.id):
        return case_briefing(case, by=by)


def _closed_once(case: Case, facts: RecordFacts) -> RecordFacts:
    """Without the closure that holds: who approved it, and when, is told last, as an approval."""
    if case.status != CaseStatus.CLOSED or case.closure_approved_at is None:
        return facts
    closures = [each for each in facts.changes if each.action == "case.closed"]
    changes = [each for each in facts.changes if each not in closures[-1:]]
    left = facts.changes_total - (len(facts.changes) - len(changes))
    return replace(facts, changes=changes, changes_total=left)


def _subject(case: Case) -> Subject:
    status = str(CaseStatus(case.status).label)
    facts = (
        (_("Type"), str(CaseType(case.type).label)), (_("Status"), status),
        (_("Lead"), case.lead.name if case.lead else _("nobody")), (_("Opened"), moment_words(case.opened_at)),
    )  # fmt: skip
    return Subject(
        id=case.id, kind="case", kind_word=str(RecordKind.CASE.label), reference=case.reference, title=case.title,
        url=_url(case), marking=marking(case.compartment), facts=facts, status=case.status, status_word=status,
    )  # fmt: skip


def _url(case: Case) -> str:
    return reverse("cases:case", args=[case.reference])


def _opening(case: Case, facts: RecordFacts, anchors: Anchors) -> Statement:
    url = anchors.row(facts.opened_entry or 0, case.opened_at)
    return Statement(text=_("opened the case"), at=case.opened_at, url=url, person=case.opened_by.name)


# Cases and incidents, and what was decided, in one statement; row security decides as always.
KNOWN_AND_DECIDED = f"""
select 'incident', id, reference, title, status, opened_at, '', null::timestamptz, null::timestamptz, 0
  from incidents_incident where id = any(%(incident)s::uuid[])
union all
select 'case', id, reference, title, status, opened_at, '', null, null, 0
  from cases_case where id = any(%(case)s::uuid[])
union all
(select 'decision', d.id, d.what, d.why, b.name, d.decided_at, coalesce(a.name, ''), d.approved_at, d.recorded_at,
        d.version
   from cases_decision d join access_account b on b.id = d.decided_by_id
   left join access_account a on a.id = d.approved_by_id
  where d.case_id = %(record)s order by d.decided_at desc, d.id desc limit {MOST_DECISIONS})
"""  # noqa: S608 - nothing but the constant above goes into the text


def _known_and_decided(
    case_id: UUID, facts: RecordFacts, around: Surroundings
) -> tuple[Mapping[UUID, KnownRecord], list[Decided]]:
    ids = {str(kind): others(facts, around, kind) for kind in (RecordKind.INCIDENT, RecordKind.CASE)}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_AND_DECIDED, {**ids, "record": case_id})
        rows = cursor.fetchall()
    known = {row[1]: _TOLD[row[0]](*row[2:6]) for row in rows if row[0] in _TOLD}
    newest_first = sorted((row for row in rows if row[0] == "decision"), key=lambda row: (row[5], row[1]), reverse=True)
    return known, [Decided(*row[2:]) for row in newest_first]


def _known_case(reference: str, title: str, status: str, since: datetime) -> KnownRecord:
    url = reverse("cases:case", args=[reference])
    word = str(CaseStatus(status).label)
    return KnownRecord(kind_word=_("case"), name=reference, title=title, since=since, url=url, status_word=word)


_TOLD = {"incident": known_incident, "case": _known_case}
