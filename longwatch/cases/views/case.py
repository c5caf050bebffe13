# SPDX-License-Identifier: Apache-2.0
"""The pages of one case, tab by tab."""

from typing import Any
from uuid import UUID

from django.db.models import Case as DbCase
from django.db.models import F, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods

from longwatch.access.models import Section
from longwatch.access.roles import Permission
from longwatch.access.selectors import sections_of
from longwatch.cases import selectors
from longwatch.cases.models import Case, Decision
from longwatch.cases.publishing_rules import PUBLISHING
from longwatch.cases.services.publishing import publications
from longwatch.cases.views.frame import HISTORY, PARTIES, TASKS, case_for, frame
from longwatch.core.actor import Actor
from longwatch.incidents import selectors as incident_selectors
from longwatch.intake import selectors as signal_selectors
from longwatch.records import selectors as record_selectors
from longwatch.records.models import Link, RecordKind


@require_GET
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """What the case is about: summary, allegations with findings, people, tasks."""
    found, actor = case_for(request, reference)
    context = frame(found, actor, "case", TASKS) | TASKS.tasks_part(selectors.case_ref(found), whole=False)
    context |= {
        "allegations": list(selectors.allegations(found.id)),
        "subjects": list(selectors.named_in([found.id]).select_related("compartment")),
    }
    return render(request, "cases/overview.html", context)


@require_GET
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """The timeline with its composer."""
    found, actor = case_for(request, reference)
    context = frame(found, actor, "history", HISTORY) | HISTORY.timeline_part(request, selectors.case_ref(found))
    return render(request, "cases/history.html", context)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, reference: str) -> HttpResponse:
    """People and things of the case, and those that its incidents name."""
    if request.method == "POST":
        return PARTIES.add_mention(request, reference)
    found, actor = case_for(request, reference)
    context = frame(found, actor, "people", PARTIES) | PARTIES.people_part(selectors.case_ref(found))
    incidents = {row.id: row for row in incident_selectors.incidents_by_ids(_tied(found.id, RecordKind.INCIDENT))}
    context["from_incidents"] = [
        (mention, incidents[mention.record_id]) for mention in selectors.named_in(list(incidents))
    ]
    return render(request, "cases/people.html", context)


@require_GET
def evidence(request: HttpRequest, reference: str) -> HttpResponse:
    """The exhibits, which the evidence package shows."""
    found, actor = case_for(request, reference)
    context = frame(found, actor, "evidence") | {"evidence_url": _evidence_url(found)}
    return render(request, "cases/evidence.html", context)


def _evidence_url(found: Case) -> str:
    try:
        return reverse("evidence:of-record", args=["case", found.id])
    except NoReverseMatch:
        return ""


@require_GET
def tasks(request: HttpRequest, reference: str) -> HttpResponse:
    """What is to be done, by whom and until when."""
    found, actor = case_for(request, reference)
    context = frame(found, actor, "tasks", TASKS) | TASKS.tasks_part(selectors.case_ref(found))
    return render(request, "cases/tasks.html", context)


@require_GET
def decisions(request: HttpRequest, reference: str) -> HttpResponse:
    """What was decided, why, and who approved it."""
    found, actor = case_for(request, reference)
    context = frame(found, actor, "decisions")
    rows = [(row, found.closed_at is None and _may_approve(row, actor)) for row in selectors.decisions(found.id)]
    return render(request, "cases/decisions.html", context | {"decisions": rows})


def _may_approve(decision: Decision, actor: Actor) -> bool:
    own = actor.id in (decision.decided_by_id, decision.recorded_by_id)
    return decision.approved_at is None and not own and actor.may(Permission.CASE_APPROVE)


@require_GET
def linked(request: HttpRequest, reference: str) -> HttpResponse:
    """Incidents, signals and other cases that belong to the case, each under the reader's own access."""
    found, actor = case_for(request, reference)
    ties = list(record_selectors.links_of(found.id))
    context = frame(found, actor, "linked") | _linked_records(found, ties)
    context["may_release"] = context["may_work"] and actor.may(Permission.SIGNAL_TRIAGE)
    return render(request, "cases/linked.html", context)


def _linked_records(found: Case, ties: list[Link]) -> dict[str, Any]:
    by_end = {(tie.to_id if tie.from_id == found.id else tie.from_id): tie for tie in reversed(ties)}
    incident_ids = _other_ends(ties, RecordKind.INCIDENT)
    signal_ids = _other_ends(ties, RecordKind.SIGNAL)
    case_ids = [id_ for id_ in _other_ends(ties, RecordKind.CASE) if id_ != found.id]
    incidents = incident_selectors.incidents_by_ids(incident_ids) if incident_ids else []
    signals = signal_selectors.signals_by_ids(signal_ids) if signal_ids else []
    cases = selectors.cases_by_ids(case_ids) if case_ids else []
    return {
        "incidents": [(row, by_end[row.id]) for row in incidents],
        "signals": [(row, by_end[row.id]) for row in signals],
        "cases": [(row, by_end[row.id], by_end[row.id].from_id == found.id) for row in cases],
    }


def _tied(record_id: UUID, kind: RecordKind) -> Any:
    """The other ends of this kind, to be looked up in the statement that reads them."""
    ties = record_selectors.links_of(record_id).filter(Q(from_kind=kind) | Q(to_kind=kind)).order_by()
    return ties.annotate(other=DbCase(When(from_id=record_id, then=F("to_id")), default=F("from_id"))).values("other")


def _other_ends(ties: Any, kind: RecordKind) -> list[UUID]:
    ends = [(tie.from_kind, tie.from_id) for tie in ties] + [(tie.to_kind, tie.to_id) for tie in ties]
    return [id_ for end_kind, id_ in ends if end_kind == kind]


@require_GET
def access(request: HttpRequest, reference: str) -> HttpResponse:
    """Who may know of the case, since when, by whom, and who could before."""
    found, actor = case_for(request, reference)
    context = frame(found, actor, "access")
    context["ended"] = sorted(
        (m for m in context["memberships"] if m.ended_at is not None), key=lambda m: m.ended_at, reverse=True
    )
    rule = PUBLISHING[Section.CORE]
    context |= {
        "sections_seen": sections_of(found.id),
        "may_open_section": context["may_work"],
        "may_publish": context["may_work"] and actor.may(rule.permission),
        "publications": publications(found.id),
    }
    return render(request, "cases/access.html", context)
