# SPDX-License-Identifier: Apache-2.0
"""What a case found, decided, approved and left as risk, as statements of its briefing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.cases.models import (
    Case,
    CaseStatus,
    Conclusion,
    Finding,
    FindingKind,
    Monitoring,
    ResidualRisk,
)
from longwatch.records.briefing import Anchors, Statement, clipped, gap, unknown
from longwatch.records.briefing_known import moment_words
from longwatch.records.briefing_outcome import paragraph


def found_out(case: Case, allegations: Sequence[Finding], anchors: Anchors) -> list[Statement]:
    """Every allegation or question with its answer, then findings and root cause in the investigators' own words."""
    answers = [_allegation(each, anchors) for each in allegations]
    return [*answers, *paragraph(_("Findings"), case.findings), *paragraph(_("Root cause"), case.root_cause)]


def _allegation(finding: Finding, anchors: Anchors) -> Statement:
    words = {
        "kind": str(FindingKind(finding.kind).label), "number": finding.number, "text": clipped(finding.text, 240),
        "answer": _answer(finding),
    }  # fmt: skip
    at = finding.concluded_at or finding.added_at
    text = _("%(kind)s %(number)s: %(text)s %(answer)s") % words
    return Statement(text=text, at=at, url=anchors.row(finding.version, at))


def _answer(finding: Finding) -> str:
    if not finding.conclusion and not finding.reasoning:
        return _("Not answered yet.")
    concluded = str(Conclusion(finding.conclusion).label) if finding.conclusion else _("Answered")
    return f"{concluded}: {clipped(finding.reasoning, 240)}" if finding.reasoning else f"{concluded}."


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as far as it is told; `approved_by` is empty while nobody has approved it."""

    what: str
    why: str
    decided_by: str
    decided_at: datetime
    approved_by: str
    approved_at: datetime | None
    recorded_at: datetime
    version: int


def decided(decisions: Sequence[Decided], anchors: Anchors) -> list[Statement]:
    """What was decided, why, and by whom it was approved or that it was not yet."""
    return [_decision(each, anchors) for each in decisions]


def _decision(decision: Decided, anchors: Anchors) -> Statement:
    words = {"what": clipped(decision.what, 240).rstrip("."), "why": clipped(decision.why, 240).rstrip(".")}
    text = _("decided: %(what)s. Why: %(why)s.") % words
    if decision.approved_by and decision.approved_at:
        approver = {"who": decision.approved_by, "at": moment_words(decision.approved_at)}
        text = f"{text} " + _("Approved by %(who)s on %(at)s.") % approver
    else:
        text = f"{text} " + _("Not approved yet.")
    url = anchors.row(decision.version, decision.approved_at or decision.recorded_at)
    return Statement(text=text, at=decision.decided_at, url=url, person=decision.decided_by)


def approvals(case: Case, anchors: Anchors) -> list[Statement]:
    """Who asked for the closure and who approved it, or that nobody did."""
    asked = case.closure_requested_by
    if asked is None or case.closure_requested_at is None:
        return [unknown(_("No closure has been requested or approved."))]
    words = {"asked": asked.name, "on": moment_words(case.closure_requested_at)}
    if case.closure_approved_by is None or case.closure_approved_at is None:
        words_waiting = _("The closure that %(asked)s requested on %(on)s waits for a second person") % words
        return [gap(words_waiting, url=anchors.row(case.version, case.closure_requested_at))]
    text = _("approved the closure that %(asked)s requested on %(on)s") % words
    at = case.closure_approved_at
    return [Statement(text=text, at=at, url=anchors.timeline, person=case.closure_approved_by.name)]


def remaining(case: Case, allegations: Sequence[Finding], now: datetime, anchors: Anchors) -> list[Statement]:
    """The residual risk with its reasons and who keeps watching; while open, what keeps it from being known."""
    stated = case.residual_risk and case.status in (CaseStatus.PENDING_CLOSURE, CaseStatus.CLOSED)
    assessed = _assessed(case) if stated else [unknown(_("Unknown: the residual risk. It is stated with the closure."))]
    if case.status == CaseStatus.CLOSED:
        return assessed
    return [*assessed, *_unled(case, anchors), *_held(case, now, anchors), *_unanswered(allegations, anchors)]


def _assessed(case: Case) -> list[Statement]:
    words = {
        "risk": str(ResidualRisk(case.residual_risk).label).lower(), "why": clipped(case.residual_risk_rationale, 600),
    }  # fmt: skip
    known = _("Residual risk is %(risk)s: %(why)s") if words["why"] else _("Residual risk is %(risk)s")
    return [Statement(text=known % words), _monitoring(case), *paragraph(_("Remediation"), case.remediation)]


def _monitoring(case: Case) -> Statement:
    if case.monitoring_decision == Monitoring.NONE:
        return Statement(text=_("Nobody keeps watching: no monitoring was decided"))
    if case.monitoring_decision != Monitoring.MONITOR:
        return unknown(_("Unknown: whether somebody keeps watching. No decision on monitoring is recorded."))
    days = case.monitoring_interval_days or 0
    every = ngettext("every day", "every %(count)s days", days) % {"count": days} if days else _("at no set interval")
    words = {"who": case.monitoring_owner.name if case.monitoring_owner else _("nobody named"), "every": every}
    text = _("Monitored by %(who)s, %(every)s") % words
    if case.monitoring_trigger:
        text = _("%(monitored)s. Reopened if: %(trigger)s") % {
            "monitored": text, "trigger": clipped(case.monitoring_trigger, 240)
        }  # fmt: skip
    return Statement(text=text)


def _unled(case: Case, anchors: Anchors) -> list[Statement]:
    return [] if case.lead_id else [gap(_("Nobody leads the case"), url=anchors.record_url)]


def _held(case: Case, now: datetime, anchors: Anchors) -> list[Statement]:
    if case.status != CaseStatus.ON_HOLD or case.review_on is None:
        return []
    words = {"day": formats.date_format(case.review_on, "j M Y"), "reason": clipped(case.hold_reason, 240)}
    if case.review_on < now.date():
        return [gap(_("On hold; the review was due on %(day)s: %(reason)s") % words, url=anchors.record_url)]
    return [Statement(text=_("On hold until %(day)s: %(reason)s") % words, url=anchors.record_url)]


def _unanswered(allegations: Sequence[Finding], anchors: Anchors) -> list[Statement]:
    count = len([each for each in allegations if not each.concluded_at])
    if not count:
        return []
    words = ngettext(
        "%(count)s allegation or question has no answer yet",
        "%(count)s allegations or questions have no answer yet",
        count,
    )
    return [gap(words % {"count": count}, url=anchors.record_url)]
