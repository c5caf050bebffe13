# SPDX-License-Identifier: Apache-2.0
"""Addresses of cases."""

from django.urls import URLPattern, path

from longwatch.cases import briefing_views
from longwatch.cases.views import case, changes, closure, criteria, listing, opening, sections
from longwatch.cases.views.frame import HISTORY, PARTIES, TASKS
from longwatch.records.views import Desk

app_name = "cases"
ONE = "cases/<str:reference>"


def _of(desk: Desk, *starts: str) -> list[URLPattern]:
    return [pattern for pattern in desk.urls("cases") if str(pattern.name).startswith(starts)]


urlpatterns = [
    path("cases", listing.cases, name="list"),
    path("cases/new", opening.new, name="open"),
    path("cases/of-incident", listing.of_incident, name="of-incident"),
    path("cases/criteria", criteria.criteria, name="criteria"),
    path("cases/criteria/new", criteria.criterion, name="new-criterion"),
    path("cases/criteria/<slug:key>", criteria.criterion, name="criterion"),
    path("cases/proposal", criteria.proposal, name="proposal"),
    path("cases/add-incident", opening.add_incident, name="add-incident"),
    path(ONE, case.overview, name="case"),
    path(f"{ONE}/history", case.history, name="history"),
    path(f"{ONE}/people", case.people, name="people"),
    path(f"{ONE}/evidence", case.evidence, name="evidence"),
    path(f"{ONE}/tasks", case.tasks, name="tasks"),
    path(f"{ONE}/decisions", case.decisions, name="decisions"),
    path(f"{ONE}/linked", case.linked, name="linked"),
    path(f"{ONE}/access", case.access, name="access"),
    path(f"{ONE}/sections/new", sections.section_new, name="section-new"),
    path(f"{ONE}/six-questions", briefing_views.six_questions, name="six-questions"),
    path(f"{ONE}/six-questions.pdf", briefing_views.six_questions_pdf, name="six-questions-pdf"),
    path(f"{ONE}/closure", closure.closure, name="closure"),
    path(f"{ONE}/closure/approval", closure.approval, name="closure-approval"),
    path(f"{ONE}/closure/refusal", closure.refusal, name="closure-refusal"),
    path(f"{ONE}/closure/withdrawal", closure.withdrawal, name="closure-withdrawal"),
    path(f"{ONE}/reopening", closure.reopening, name="reopening"),
    path(f"{ONE}/description", changes.description, name="description"),
    path(f"{ONE}/lead", changes.lead, name="lead"),
    path(f"{ONE}/members/new", changes.member_new, name="member-new"),
    path(f"{ONE}/members/<uuid:account_id>/removal", changes.member_removal, name="member-removal"),
    path(f"{ONE}/investigation", changes.investigation, name="investigation"),
    path(f"{ONE}/hold", changes.hold, name="hold"),
    path(f"{ONE}/hold/end", changes.resumption, name="resumption"),
    path(f"{ONE}/allegations/new", changes.allegation_new, name="allegation-new"),
    path(f"{ONE}/allegations/<uuid:finding_id>/finding", changes.finding, name="finding"),
    path(f"{ONE}/decisions/new", changes.decision_new, name="decision-new"),
    path(f"{ONE}/decisions/<uuid:decision_id>/approval", changes.decision_approval, name="decision-approval"),
    path(f"{ONE}/links/incident", changes.incident_link, name="incident-link"),
    path(f"{ONE}/links/case", changes.case_link, name="case-link"),
    path(f"{ONE}/links/<uuid:link_id>/end", changes.link_end, name="link-end"),
    path(f"{ONE}/signals/<uuid:signal_id>/release", changes.signal_release, name="signal-release"),
    path(f"{ONE}/signals/<uuid:signal_id>/return", changes.signal_return, name="signal-return"),
    path(f"{ONE}/incidents/new", changes.incident_new, name="incident-raise"),
    *_of(HISTORY, "timeline", "entries", "entry-"),
    *_of(TASKS, "task-"),
    *_of(PARTIES, "mention"),
]
