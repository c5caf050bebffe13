# SPDX-License-Identifier: Apache-2.0
"""The closure: a checklist that fills itself, its fields, and the two buttons of the second person."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import rules, selectors
from longwatch.cases.forms import ClosureForm, ReasonForm, ReasonsForm
from longwatch.cases.models import Case, CaseStatus, Monitoring
from longwatch.cases.rules import CaseFacts, Gap, Where
from longwatch.cases.services import closure as services
from longwatch.cases.services.closure import Closure
from longwatch.cases.views.frame import Words, address, case_for, choices_of, form_page, frame
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.web.forms import blame
from longwatch.web.toasts import say


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist."""

    name: str
    missing: tuple[Gap, ...]
    url: str

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest, reference: str) -> HttpResponse:
    """The closure as it stands; saved bit by bit, requested when nothing is missing."""
    found, actor = case_for(request, reference)
    if request.method != "POST":
        return _page(request, found, actor)
    form = _form(found, actor, request.POST)
    try:
        if not form.is_valid():
            return _page(request, found, actor, form=form, status=Invalid.status)
        return _write(request, found, actor, _closure(form))
    except Invalid as error:
        return _page(request, found, actor, form=form, status=blame(form, error))
    except Conflict as error:
        return _page(request, found, actor, form=form, status=error.status, refusal=error)


def _write(request: HttpRequest, found: Case, actor: Actor, typed: Closure) -> HttpResponse:
    if request.POST.get("then") == "request":
        services.request_closure(found.id, typed, by=actor)
        say(request, _("Closure requested. A second person must approve it."))
    else:
        services.write_closure(found.id, typed, by=actor)
        say(request, _("Saved."))
    return HttpResponseRedirect(address("closure", found.reference))


@require_POST
def approval(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve the closure as the second person."""
    found, actor = case_for(request, reference)
    try:
        services.approve_closure(found.id, by=actor)
    except Conflict as error:
        return _page(request, found, actor, status=error.status, refusal=error)
    say(request, _("The case is closed."))
    return HttpResponseRedirect(address("closure", found.reference))


@require_POST
def refusal(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the closure back with reasons."""
    found, actor = case_for(request, reference)
    form = ReasonsForm(request.POST, auto_id="refusal-%s")
    try:
        if not form.is_valid():
            return _page(request, found, actor, reasons=form, status=Invalid.status)
        services.refuse_closure(found.id, reasons=form.cleaned_data["reasons"], by=actor)
    except Conflict as error:
        return _page(request, found, actor, reasons=form, status=error.status, refusal=error)
    say(request, _("The closure was sent back."))
    return HttpResponseRedirect(address("closure", found.reference))


@require_http_methods(["GET", "POST"])
def withdrawal(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the request back."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_LEAD)
    form = ReasonForm(request.POST or None, label=_("Why the request is taken back"))

    def act() -> object:
        return services.withdraw_closure(found.id, reason=form.cleaned_data["reason"], by=actor)

    done = address("closure", found.reference)
    return form_page(request, found, form, act, Words(_("Take the request back"), _("Take back"), done))


@require_http_methods(["GET", "POST"])
def reopening(request: HttpRequest, reference: str) -> HttpResponse:
    """Reopen the case."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_LEAD)
    form = ReasonForm(request.POST or None, label=_("Why the case is reopened"))

    def act() -> object:
        return services.reopen_case(found.id, reason=form.cleaned_data["reason"], by=actor)

    hint = _("The closure stays as it was written, to be changed where needed. Closing again needs two people again.")
    done = address("case", found.reference)
    return form_page(request, found, form, act, Words(_("Reopen the case"), _("Reopen case"), done, hint))


def _page(
    request: HttpRequest,
    found: Case,
    actor: Actor,
    *,
    form: ClosureForm | None = None,
    reasons: ReasonsForm | None = None,
    refusal: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = selectors.facts(found)
    items = checklist(facts, found.reference)
    done = sum(item.done for item in items)
    refusals = list(selectors.refusals(found.id))
    told = 0 if found.status == CaseStatus.CLOSED else 1
    context = frame(found, actor, "closure") | {
        "form": form or _form(found, actor),
        "reasons_form": reasons or ReasonsForm(auto_id="refusal-%s"),
        "refusal": refusal,
        "items": items,
        "done": done,
        "complete": done == len(items),
        "written": _written(found) if found.status in (CaseStatus.PENDING_CLOSURE, CaseStatus.CLOSED) else [],
        "unapproved": selectors.decisions(found.id).filter(approved_at=None).count(),
        "last_refusal": next(iter(refusals[:told]), None),
        "earlier_refusals": refusals[told:],
        "own_request": actor.id == found.closure_requested_by_id,
    }
    return render(request, "cases/closure.html", context, status=status)


def _form(found: Case, actor: Actor, data: Any = None) -> ClosureForm:
    names = ClosureForm.base_fields
    initial = {name: getattr(found, name) for name in names}
    initial["monitoring_owner_id"] = str(found.monitoring_owner_id or "")
    return ClosureForm(data, initial=initial, people=choices_of(selectors.possible_members(actor)))


def _closure(form: ClosureForm) -> Closure:
    values = dict(form.cleaned_data)
    owner = values.pop("monitoring_owner_id")
    return Closure(**values, monitoring_owner_id=UUID(owner) if owner else None)


def checklist(facts: CaseFacts, reference: str) -> list[Item]:
    """What closing asks for, in the order of the page, each with what is missing and where to supply it."""
    gaps = rules.closure_gaps(facts)

    def item(name: str, *codes: str) -> Item:
        missing = tuple(gap for gap in gaps if gap.code in codes)
        return Item(name, missing, _where(missing[0], reference) if missing else "")

    return [
        item(_("A lead"), "lead"),
        item(_("A finding for each allegation and question"), "finding"),
        item(_("Every task done or waived"), "tasks"),
        item(_("Findings"), "findings"),
        item(_("Root cause"), "root_cause"),
        item(_("Actions taken"), "actions_taken"),
        item(_("Remediation"), "remediation"),
        item(_("Lessons learned"), "lessons_learned"),
        item(_("Prevention"), "prevention"),
        item(_("Residual risk, and why"), "residual_risk", "residual_risk_rationale"),
        item(
            _("Monitoring decision"),
            "monitoring_decision", "monitoring_interval_days", "monitoring_owner", "monitoring_trigger",
        ),
    ]  # fmt: skip


def _where(gap: Gap, reference: str) -> str:
    pages = {
        Where.CLOSURE: f"{address('closure', reference)}#id_{gap.field}",
        Where.TASKS: address("tasks", reference),
        Where.OVERVIEW: f"{address('case', reference)}#{gap.field}",
        Where.PEOPLE: address("lead", reference),
    }
    return pages[gap.where]


def _written(found: Case) -> list[tuple[str, str]]:
    """The closure for reading: names and texts, in the order of the page."""
    risk = f"{found.get_residual_risk_display()}. {found.residual_risk_rationale}"
    return [
        (_("Findings"), found.findings),
        (_("Root cause"), found.root_cause),
        (_("Actions taken"), found.actions_taken),
        (_("Remediation"), found.remediation),
        (_("Lessons learned"), found.lessons_learned),
        (_("Prevention"), found.prevention),
        (_("Residual risk"), risk),
        (_("Monitoring"), _monitoring(found)),
    ]


def _monitoring(found: Case) -> str:
    if found.monitoring_decision != Monitoring.MONITOR:
        return str(found.get_monitoring_decision_display())
    owner = found.monitoring_owner.name if found.monitoring_owner else ""
    words = {"days": found.monitoring_interval_days, "owner": owner, "trigger": found.monitoring_trigger}
    return _("%(owner)s looks every %(days)s days. Reopen when: %(trigger)s") % words
