# SPDX-License-Identifier: Apache-2.0
"""The six questions about an incident, as the reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.incidents import rules, selectors
from longwatch.incidents.models import CaseAnswer, Disposition, Incident, IncidentStatus, ResponderRole
from longwatch.incidents.pages import address, url_of
from longwatch.incidents.sentences import CATALOGUE
from longwatch.intake.briefing import surroundings
from longwatch.records.briefing import Anchors, Briefing, Statement, Subject, clipped, gap, unknown
from longwatch.records.briefing_facts import Holder, KnownRecord, RecordFacts, Surroundings
from longwatch.records.briefing_happened import what_happened
from longwatch.records.briefing_known import evidence, moment_words, who_knew
from longwatch.records.briefing_outcome import linked_before, open_task_gaps, paragraph, risk, what_was_done
from longwatch.records.briefing_pages import marking, readable_words
from longwatch.records.briefing_reading import opened_as, record_facts
from longwatch.records.models import RecordKind
from longwatch.records.severity import Severity

MOST_RESPONDERS = 16
DONE = (
    "incident.severity_changed", "incident.status_changed", "incident.command_taken", "incident.command_laid_down",
    "incident.merged", "incident.closed", "incident.reopened", "notice.published", "notice.withdrawn",
)  # fmt: skip


def incident_briefing(incident: Incident, *, by: Actor) -> Briefing:
    """The briefing of an incident that the reader was found to see; read as the reader, in six statements."""
    facts = without_first_command(record_facts(incident.id, incident.compartment_id, DONE, by=by))
    around = surroundings(incident.id, by=by)
    known = {**around.known, **_known_incidents(others(facts, around, RecordKind.INCIDENT)), **_cases(facts, around)}
    around = replace(around, known=known)
    readable = readable_words(incident.compartment)
    anchors = Anchors(url_of(incident), facts.lines)
    now = clock.now()
    sections = (
        what_happened(incident.summary, incident.place, facts, around, anchors),
        who_knew(_opening(incident, facts, anchors), readable, _holders(incident), facts, around, anchors),
        evidence(around),
        what_was_done(facts, CATALOGUE, anchors, approvals=[unknown(_no_approval())]),
        linked_before(incident.opened_at, facts, around),
        risk(_risk(incident, facts, now, anchors)),
    )
    return Briefing(
        subject=_subject(incident), as_of=now, viewer=by.label, time_zone=timezone.get_current_timezone_name(),
        sections=sections,
    )  # fmt: skip


def without_first_command(facts: RecordFacts) -> RecordFacts:
    """The facts without the first commander's entry: who took part is told elsewhere, only handing over is an act."""
    kept = [each for each in facts.changes if each.action != "incident.command_taken" or each.fields.get("before")]
    return replace(facts, changes=kept, changes_total=facts.changes_total - len(facts.changes) + len(kept))


def _subject(incident: Incident) -> Subject:
    status = str(IncidentStatus(incident.status).label)
    since = _("%(status)s since %(time)s") % {"status": status, "time": moment_words(incident.status_since)}
    facts = [
        (_("Severity"), str(Severity(incident.severity).label)), (_("Status"), since),
        (_("Commander"), incident.commander.name if incident.commander else _("nobody")),
        (_("Opened"), moment_words(incident.opened_at)),
    ]  # fmt: skip
    skipped = [str(stage.label) for stage in rules.skipped(incident)]
    if skipped:
        facts.append((_("Skipped"), ", ".join(skipped)))
    if incident.is_drill:
        facts.append((_("Drill"), _("yes")))
    return Subject(
        id=incident.id, kind="incident", kind_word=str(RecordKind.INCIDENT.label), reference=incident.reference,
        title=incident.title, url=url_of(incident), marking=marking(incident.compartment), facts=tuple(facts),
        severity=incident.severity, status=incident.status, status_word=status,
    )  # fmt: skip


def _opening(incident: Incident, facts: RecordFacts, anchors: Anchors) -> Statement:
    url = anchors.row(facts.opened_entry or 0, incident.opened_at)
    return Statement(text=_("opened the incident"), at=incident.opened_at, url=url, person=incident.opened_by.name)


def _holders(incident: Incident) -> list[Holder]:
    rows = selectors.responders(incident.id)[:MOST_RESPONDERS]
    return [
        Holder(
            name=row.account.name, role=str(ResponderRole(row.role).label), since=row.assumed_at,
            until=row.renounced_at, version=row.version,
        )
        for row in rows
    ]  # fmt: skip


def others(facts: RecordFacts, around: Surroundings, kind: str) -> list[UUID]:
    """The records of a kind that a record is tied to or shares a name with."""
    tied = [tie.other_id for tie in facts.ties if tie.other_kind == kind]
    return [*tied, *(each.record_id for each in around.shared if each.record_kind == kind)]


def _known_incidents(ids: Sequence[UUID]) -> Mapping[UUID, KnownRecord]:
    found = selectors.incidents_by_ids(ids) if ids else []
    return {row.id: known_incident(row.reference, row.title, row.status, row.opened_at) for row in found}


def known_incident(reference: str, title: str, status: str, since: datetime) -> KnownRecord:
    """An incident that the reader may see, as other records' briefings name it."""
    return KnownRecord(
        kind_word=_("incident"), name=reference, title=title, since=since,
        url=address("incidents:incident", reference), status_word=str(IncidentStatus(status).label),
    )  # fmt: skip


def _cases(facts: RecordFacts, around: Surroundings) -> Mapping[UUID, KnownRecord]:
    # Cases stand above: the ledger says what the reader may know of them, as they were opened.
    found = opened_as(others(facts, around, RecordKind.CASE))
    return {
        id_: KnownRecord(
            kind_word=_("case"), name=reference, title=title, since=at, url=address("cases:case", reference),
            status_word="",
        )
        for id_, (reference, title, at) in found.items()
    }  # fmt: skip


def _no_approval() -> str:
    return _("Unknown: whether anybody approved. An incident is handled and closed without a second approver.")


def _risk(incident: Incident, facts: RecordFacts, now: datetime, anchors: Anchors) -> list[Statement]:
    if not incident.is_open:
        return [*_closing(incident), *open_task_gaps(facts, now, anchors)]
    return [
        _severity(incident), *_hands(incident, now), *open_task_gaps(facts, now, anchors),
        unknown(_("Unknown: what risk will remain. It is stated when the incident is closed.")),
    ]  # fmt: skip


def _severity(incident: Incident) -> Statement:
    words = {"severity": str(Severity(incident.severity).label).lower(), "reason": clipped(incident.severity_reason)}
    known = _("Severity is %(severity)s: %(reason)s") if words["reason"] else _("Severity is %(severity)s")
    return Statement(text=known % words, url=url_of(incident))


def _hands(incident: Incident, now: datetime) -> list[Statement]:
    url = url_of(incident)
    found = [] if incident.commander else [gap(_("Nobody is in command"), url=url)]
    if not incident.next_action:
        return [*found, gap(_("No next action is set"), url=url)]
    words = {"action": clipped(incident.next_action)}
    if incident.next_action_due is None:
        return [*found, Statement(text=_("Next action: %(action)s") % words, url=url)]
    words["due"] = moment_words(incident.next_action_due)
    if incident.next_action_due < now:
        return [*found, gap(_("Next action overdue since %(due)s: %(action)s") % words, url=url)]
    return [*found, Statement(text=_("Next action, due %(due)s: %(action)s") % words, url=url)]


def _closing(incident: Incident) -> list[Statement]:
    if incident.merged_into:
        other = incident.merged_into
        return [
            Statement(
                text=_("Merged: what remains is handled in %(other)s") % {"other": other.reference}, url=url_of(other)
            )
        ]
    ended = str(Disposition(incident.disposition).label) if incident.disposition else _("no disposition is recorded")
    answer = str(CaseAnswer(incident.case_answer).label) if incident.case_answer else ""
    closed = _("Closed as: %(disposition)s") % {"disposition": ended}
    return [
        Statement(text=closed, at=incident.closed_at, url=url_of(incident)),
        *paragraph(_("Closing summary"), incident.closing_summary),
        *([Statement(text=answer)] if answer else []),
        unknown(_("Unknown: the residual risk. An incident does not assess it; a case does.")),
    ]  # fmt: skip
