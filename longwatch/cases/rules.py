# SPDX-License-Identifier: Apache-2.0
"""What may happen to a case, and what it still lacks: pure answers about plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from longwatch.access.roles import Permission
from longwatch.cases.models import CaseStatus, CaseType, Conclusion, FindingKind, Monitoring, ResidualRisk
from longwatch.core.errors import Conflict, Invalid

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
LONGEST_REASON = 500
LONGEST_INTERVAL_DAYS = 3650


class Verb(StrEnum):
    """What moves a case from one status to another."""

    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    REQUEST_CLOSURE = "request_closure"
    WITHDRAW_CLOSURE = "withdraw_closure"
    REFUSE_CLOSURE = "refuse_closure"
    APPROVE_CLOSURE = "approve_closure"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Transition:
    """From where to where a verb leads, and what it takes."""

    sources: tuple[CaseStatus, ...]
    target: CaseStatus
    permission: Permission
    needs_lead: bool = True


S = CaseStatus
TRANSITIONS: dict[Verb, Transition] = {
    Verb.START: Transition((S.OPEN,), S.INVESTIGATING, Permission.CASE_WORK),
    Verb.HOLD: Transition((S.OPEN, S.INVESTIGATING), S.ON_HOLD, Permission.CASE_LEAD),
    Verb.RESUME: Transition((S.ON_HOLD,), S.INVESTIGATING, Permission.CASE_LEAD),
    Verb.REQUEST_CLOSURE: Transition((S.INVESTIGATING, S.ON_HOLD), S.PENDING_CLOSURE, Permission.CASE_LEAD),
    Verb.WITHDRAW_CLOSURE: Transition((S.PENDING_CLOSURE,), S.INVESTIGATING, Permission.CASE_LEAD),
    Verb.REFUSE_CLOSURE: Transition((S.PENDING_CLOSURE,), S.INVESTIGATING, Permission.CASE_APPROVE),
    Verb.APPROVE_CLOSURE: Transition((S.PENDING_CLOSURE,), S.CLOSED, Permission.CASE_APPROVE),
    Verb.REOPEN: Transition((S.CLOSED,), S.INVESTIGATING, Permission.CASE_LEAD, needs_lead=False),
}


def is_possible(verb: Verb, status: str) -> bool:
    """Whether the verb starts from this status."""
    return status in TRANSITIONS[verb].sources


def refuse_transition(verb: Verb, status: str, *, has_lead: bool) -> None:
    """Refuse (409) a verb that does not start here, or that needs a lead when there is none."""
    transition = TRANSITIONS[verb]
    if status not in transition.sources:
        now, needed = CaseStatus(status).label, _or([str(source.label) for source in transition.sources])
        sentence = _("The case is “%(now)s”; this starts from “%(needed)s”.") % {"now": now, "needed": needed}
        raise Conflict(sentence, code="wrong_status")
    if transition.needs_lead and not has_lead:
        raise Conflict(_("Name a lead first: a case without a lead stays open."), code="lead_missing")


def _or(words: Sequence[str]) -> str:
    return _("” or “").join(words)


def refuse_closed(status: str, what: str) -> None:
    """Refuse (409) to change a closed case."""
    if status == CaseStatus.CLOSED:
        sentence = _("%(what)s was not saved because the case is closed. Reopen it first.") % {"what": what}
        raise Conflict(sentence, code="record_closed")


def refuse_frozen(status: str, what: str) -> None:
    """Refuse (409) to change a closed case, or one that an approver is reading."""
    refuse_closed(status, what)
    if status == CaseStatus.PENDING_CLOSURE:
        sentence = _("%(what)s was not saved because the closure waits for approval. Take the request back first.")
        raise Conflict(sentence % {"what": what}, code="pending_closure")


# --- What closing asks for.


class Where(StrEnum):
    """Where on the case's pages something missing is supplied."""

    CLOSURE = "closure"
    TASKS = "tasks"
    OVERVIEW = "overview"
    PEOPLE = "access"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing a closure still lacks, said to people, with the place and field to supply it."""

    code: str
    sentence: str
    where: Where
    field: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the closing rule looks at."""

    has_lead: bool = False
    findings: str = ""
    root_cause: str = ""
    actions_taken: str = ""
    residual_risk: str = ""
    residual_risk_rationale: str = ""
    remediation: str = ""
    lessons_learned: str = ""
    prevention: str = ""
    monitoring_decision: str = ""
    monitoring_interval_days: int | None = None
    monitoring_owner_id: UUID | None = None
    monitoring_trigger: str = ""
    open_tasks: int = 0
    unanswered: tuple[int, ...] = ()
    # For each part of the case that the reader is outside of and that is not finished: whom to ask.
    hidden_work: tuple[tuple[str, ...], ...] = ()


def closure_gaps(facts: CaseFacts) -> list[Gap]:
    """Everything that is missing before closure can be requested, in the order of the page."""
    return [*_record_gaps(facts), *_text_gaps(facts), *_risk_gaps(facts), *_monitoring_gaps(facts)]


def _record_gaps(facts: CaseFacts) -> list[Gap]:
    gaps = []
    if not facts.has_lead:
        gaps.append(Gap("lead", _("Name a lead."), Where.PEOPLE, "lead"))
    for number in facts.unanswered:
        sentence = _("Record a finding for number %(number)s.") % {"number": number}
        gaps.append(Gap("finding", sentence, Where.OVERVIEW, f"finding-{number}"))
    if facts.open_tasks:
        gaps.append(Gap("tasks", _("Finish or waive every open task."), Where.TASKS))
    for people in facts.hidden_work:
        sentence = _("Something in a part of this case that you cannot see is not finished; ask %(people)s.")
        gaps.append(Gap("hidden_work", sentence % {"people": ", ".join(people)}, Where.PEOPLE))
    return gaps


def _text_gaps(facts: CaseFacts) -> list[Gap]:
    wanted = (
        ("findings", facts.findings, _("Write the findings.")),
        ("root_cause", facts.root_cause, _("Name the root cause.")),
        ("actions_taken", facts.actions_taken, _("List the actions taken.")),
        ("remediation", facts.remediation, _("Describe the remediation.")),
        ("lessons_learned", facts.lessons_learned, _("Write the lessons learned.")),
        ("prevention", facts.prevention, _("Say what prevents it next time.")),
    )
    return [Gap(name, sentence, Where.CLOSURE, name) for name, text, sentence in wanted if not text.strip()]


def _risk_gaps(facts: CaseFacts) -> list[Gap]:
    gaps = []
    if not facts.residual_risk:
        gaps.append(Gap("residual_risk", _("Judge the residual risk."), Where.CLOSURE, "residual_risk"))
    if not facts.residual_risk_rationale.strip():
        sentence = _("Say why the residual risk is what it is.")
        gaps.append(Gap("residual_risk_rationale", sentence, Where.CLOSURE, "residual_risk_rationale"))
    return gaps


def _monitoring_gaps(facts: CaseFacts) -> list[Gap]:
    if not facts.monitoring_decision:
        sentence = _("Decide whether monitoring goes on.")
        return [Gap("monitoring_decision", sentence, Where.CLOSURE, "monitoring_decision")]
    if facts.monitoring_decision != Monitoring.MONITOR:
        return []
    wanted = (
        ("monitoring_interval_days", facts.monitoring_interval_days, _("Say how often it is monitored.")),
        ("monitoring_owner", facts.monitoring_owner_id, _("Name who monitors.")),
        ("monitoring_trigger", facts.monitoring_trigger.strip(), _("Say what would reopen the case.")),
    )
    return [Gap(name, sentence, Where.CLOSURE, name) for name, value, sentence in wanted if not value]


def refuse_gaps(gaps: Sequence[Gap]) -> None:
    """Refuse (409) with the list of what is missing."""
    if gaps:
        sentence = _("The case cannot be closed yet: something is missing.")
        raise Conflict(sentence, code="closure_incomplete", gaps=[gap.sentence for gap in gaps])


def refuse_same_approver(approver: UUID, requester: UUID | None) -> None:
    """Refuse (409) an approval by the person who asked for it."""
    if approver == requester:
        raise Conflict(
            _("You requested this closure, so somebody else must approve it or send it back."), code="same_person"
        )


def refuse_own_decision(approver: UUID, involved: Sequence[UUID]) -> None:
    """Refuse (409) an approval by who decided or wrote the decision down."""
    if approver in involved:
        raise Conflict(_("A decision is approved by another member than who made it."), code="same_person")


# --- Words people type.


def refuse_description(title: str, type_: str, summary: str = "") -> None:
    """Refuse (422) a case without a title, of an unknown type, or with a summary beyond measure."""
    fields = {}
    if not title.strip():
        fields["title"] = _("Give the case a title.")
    elif len(title.strip()) > LONGEST_TITLE:
        fields["title"] = _("Use at most %(count)s characters.") % {"count": LONGEST_TITLE}
    if type_ not in CaseType.values:
        fields["type"] = _("Choose the type of case.")
    if len(summary) > LONGEST_TEXT:
        fields["summary"] = _("Use at most %(count)s characters.") % {"count": LONGEST_TEXT}
    _refuse(fields)


def refuse_reason(reason: str, sentence: str, field: str = "reason") -> None:
    """Refuse (422) an empty or overlong reason."""
    if not reason.strip():
        _refuse({field: sentence})
    if len(reason.strip()) > LONGEST_TEXT:
        _refuse({field: _("Use at most %(count)s characters.") % {"count": LONGEST_TEXT}})


def refuse_hold(reason: str, review_on: date | None, today: date) -> None:
    """Refuse (422) to hold a case without a reason or without a day to look again."""
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Say why the case is put on hold.")
    elif len(reason.strip()) > LONGEST_REASON:
        fields["reason"] = _("Use at most %(count)s characters.") % {"count": LONGEST_REASON}
    if review_on is None:
        fields["review_on"] = _("Choose the day on which somebody looks again.")
    elif review_on <= today:
        fields["review_on"] = _("Choose a day after today.")
    _refuse(fields)


def refuse_allegation(kind: str, text: str) -> None:
    """Refuse (422) an allegation without words or of an unknown kind."""
    fields = {} if kind in FindingKind.values else {"kind": _("Choose allegation or question.")}
    _refuse(fields | _text_problem("text", text, _("Write what is alleged or asked.")))


def refuse_finding(conclusion: str, reasoning: str) -> None:
    """Refuse (422) a finding without a conclusion or without reasons."""
    fields = {} if conclusion in Conclusion.values else {"conclusion": _("Choose what was found.")}
    _refuse(fields | _text_problem("reasoning", reasoning, _("Say what the finding rests on.")))


def refuse_decision(what: str, why: str, alternatives: str, *, in_future: bool) -> None:
    """Refuse (422) a decision without what and why, or one from the future."""
    fields = _text_problem("what", what, _("Say what was decided."))
    fields |= _text_problem("why", why, _("Say why."))
    if len(alternatives) > LONGEST_TEXT:
        fields["alternatives"] = _("Use at most %(count)s characters.") % {"count": LONGEST_TEXT}
    if in_future:
        fields["decided_at"] = _("Give a time that has passed.")
    _refuse(fields)


def refuse_closure_words(changes: "dict[str, object]") -> None:
    """Refuse (422) closure fields with unknown choices or beyond measure; empty ones may be filled later."""
    fields = {}
    for name, value in changes.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            fields[name] = _("Use at most %(count)s characters.") % {"count": LONGEST_TEXT}
    if changes.get("residual_risk") not in {None, "", *ResidualRisk.values}:
        fields["residual_risk"] = _("Choose low, moderate or high.")
    if changes.get("monitoring_decision") not in {None, "", *Monitoring.values}:
        fields["monitoring_decision"] = _("Choose whether monitoring goes on.")
    interval = changes.get("monitoring_interval_days")
    if isinstance(interval, int) and not 1 <= interval <= LONGEST_INTERVAL_DAYS:
        fields["monitoring_interval_days"] = _("Use 1 to %(count)s days.") % {"count": LONGEST_INTERVAL_DAYS}
    _refuse(fields)


def _text_problem(field: str, text: str, sentence: str) -> dict[str, str]:
    if not text.strip():
        return {field: sentence}
    if len(text) > LONGEST_TEXT:
        return {field: _("Use at most %(count)s characters.") % {"count": LONGEST_TEXT}}
    return {}


def _refuse(fields: dict[str, str]) -> None:
    if fields:
        raise Invalid(_("Nothing was saved; put right what is named."), fields=fields)
