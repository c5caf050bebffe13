# SPDX-License-Identifier: Apache-2.0
"""The six questions about a case, as the reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from longwatch.cases import selectors
from longwatch.cases.briefing_outcome import approvals, decided, found_out, remaining
from longwatch.cases.models import Case, CaseStatus, CaseType
from longwatch.cases.sentences import SENTENCES
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.entities.sentences import SENTENCES as ENTITY_SENTENCES
from longwatch.evidence.sentences import SENTENCES as EVIDENCE_SENTENCES
from longwatch.incidents.briefing import known_incidents, others
from longwatch.intake.briefing import surroundings
from longwatch.records.briefing import Anchors, Briefing, Statement, Subject
from longwatch.records.briefing_facts import KnownRecord, RecordFacts
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
    "case.lead_named", "case.investigation_started", "case.held", "case.resumed", "case.incident_raised",
    "case.closure_requested", "case.closure_refused", "case.closure_withdrawn", "case.closed", "case.reopened",
)  # fmt: skip


def case_briefing(case: Case, *, by: Actor) -> Briefing:
    """The briefing of a case that the reader was found to see; read as the reader, in eight statements."""
    facts = record_facts(case.id, case.compartment_id, DONE, by=by)
    around = surroundings(case.id, by=by)
    cases = known_cases(others(facts, around, RecordKind.CASE))
    incidents = known_incidents(others(facts, around, RecordKind.INCIDENT))
    around = replace(around, known={**around.known, **incidents, **cases})
    anchors = Anchors(reverse("cases:history", args=[case.reference]), facts.lines)
    allegations = list(selectors.allegations(case.id))
    decisions = list(selectors.decisions(case.id)[:MOST_DECISIONS])
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


def known_cases(ids: Sequence[UUID]) -> Mapping[UUID, KnownRecord]:
    """Those of the cases that the reader may see."""
    found = selectors.cases_by_ids(ids) if ids else []
    return {
        row.id: KnownRecord(
            kind_word=_("case"), name=row.reference, title=row.title, since=row.opened_at, url=_url(row),
            status_word=str(CaseStatus(row.status).label),
        )
        for row in found
    }  # fmt: skip
