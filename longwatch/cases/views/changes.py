# SPDX-License-Identifier: Apache-2.0
"""What members do to a case through pages: each a form page or a button."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import forms, selectors
from longwatch.cases.models import Case
from longwatch.cases.services import decisions, findings, investigating, linking, opening, people
from longwatch.cases.views.frame import Words, address, case_for, choices_of, form_page, members_of, section_choices
from longwatch.core.errors import NotFound
from longwatch.incidents.pages import named_incident
from longwatch.web.toasts import say

MOST_CHOICES = 200
FORM = require_http_methods(["GET", "POST"])


def _url(name: str, found: Case) -> str:
    return address(name, found.reference)


@FORM
def description(request: HttpRequest, reference: str) -> HttpResponse:
    """Change title, type and summary."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    initial = {name: getattr(found, name) for name in forms.AmendForm.base_fields}
    form = forms.AmendForm(request.POST or None, initial=initial)

    def act() -> object:
        values = dict(form.cleaned_data)
        return opening.amend_case(found.id, expected_version=values.pop("version"), **values, by=actor)

    words = Words(_("Edit the case"), _("Save changes"), _url("case", found))
    return form_page(request, found, form, act, words)


@FORM
def lead(request: HttpRequest, reference: str) -> HttpResponse:
    """Name the lead."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_LEAD if found.lead_id else Permission.CASE_WORK)
    initial = {"account": str(found.lead_id or "")}
    choices = choices_of(selectors.possible_leads(actor))
    form = forms.LeadForm(request.POST or None, initial=initial, people=choices)

    def act() -> object:
        return people.name_lead(found.id, UUID(form.cleaned_data["account"]), by=actor)

    hint = _("The lead becomes a member and can see everything in the case.")
    words = Words(_("Name a lead"), _("Name lead"), _url("case", found), hint)
    return form_page(request, found, form, act, words)


@FORM
def member_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Let one more person know."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_LEAD)
    present = {account.id for account in members_of(found)}
    choices = choices_of(a for a in selectors.possible_members(actor) if a.id not in present)
    form = forms.MemberForm(request.POST or None, people=choices)

    def act() -> object:
        values = form.cleaned_data
        return people.add_member(found.id, UUID(values["account"]), reason=values["reason"], by=actor)

    hint = _("They will see everything in the case, also what was written before. The history keeps who let them in.")
    words = Words(_("Add a member"), _("Add member"), _url("access", found), hint)
    return form_page(request, found, form, act, words)


@FORM
def member_removal(request: HttpRequest, reference: str, account_id: UUID) -> HttpResponse:
    """End somebody's membership."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_LEAD)
    account = next((member for member in members_of(found) if member.id == account_id), None)
    if account is None:
        raise NotFound
    form = forms.ReasonForm(request.POST or None, label=_("Why they no longer need to know"))

    def act() -> object:
        return people.remove_member(found.id, account_id, reason=form.cleaned_data["reason"], by=actor)

    done = _url("access", found) if account_id != actor.id else address("list")
    heading = _("Remove %(name)s") % {"name": account.name}
    hint = _("From now on neither the case nor a section in it exists for them. What they wrote stays.")
    return form_page(request, found, form, act, Words(heading, _("Remove member"), done, hint, danger=True))


@require_POST
def investigation(request: HttpRequest, reference: str) -> HttpResponse:
    """Start to investigate."""
    found, actor = case_for(request, reference)
    investigating.start_investigation(found.id, by=actor)
    say(request, _("The investigation has started."))
    return HttpResponseRedirect(_url("case", found))


@FORM
def hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the case on hold."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_LEAD)
    form = forms.HoldForm(request.POST or None)

    def act() -> object:
        return investigating.hold_case(found.id, **form.cleaned_data, by=actor)

    words = Words(_("Put the case on hold"), _("Put on hold"), _url("case", found))
    return form_page(request, found, form, act, words)


@require_POST
def resumption(request: HttpRequest, reference: str) -> HttpResponse:
    """Work on it again."""
    found, actor = case_for(request, reference)
    investigating.resume_case(found.id, by=actor)
    say(request, _("The investigation goes on."))
    return HttpResponseRedirect(_url("case", found))


@FORM
def allegation_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Add what is alleged or asked."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    form = forms.AllegationForm(request.POST or None, sections=section_choices(found))

    def act() -> object:
        return findings.add_allegation(found.id, **form.placed(), by=actor)

    hint = _("Each gets a finding before the case can close.")
    words = Words(_("Add an allegation or question"), _("Add"), _url("case", found) + "#allegations", hint)
    return form_page(request, found, form, act, words)


@FORM
def finding(request: HttpRequest, reference: str, finding_id: UUID) -> HttpResponse:
    """Say what was found."""
    found, actor = case_for(request, reference)
    allegation = selectors.allegations(found.id).filter(id=finding_id).first()
    if allegation is None:
        raise NotFound
    require(actor, Permission.CASE_WORK)
    initial = {"conclusion": allegation.conclusion, "reasoning": allegation.reasoning}
    form = forms.FindingForm(request.POST or None, initial=initial)

    def act() -> object:
        return findings.record_finding(found.id, finding_id, **form.cleaned_data, by=actor)

    done = f"{_url('case', found)}#finding-{allegation.number}"
    words = Words(_("Record a finding"), _("Record finding"), done, before=str(allegation.text))
    return form_page(request, found, form, act, words)


@FORM
def decision_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a decision."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    choices = choices_of(members_of(found))
    form = forms.DecisionForm(
        request.POST or None, people=choices, sections=section_choices(found), initial={"decided_by": str(actor.id)}
    )

    def act() -> object:
        values = form.placed()
        return decisions.record_decision(found.id, decided_by_id=UUID(values.pop("decided_by")), **values, by=actor)

    hint = _("It stays open until another member approves it.")
    words = Words(_("Record a decision"), _("Record decision"), _url("decisions", found), hint)
    return form_page(request, found, form, act, words)


@require_POST
def decision_approval(request: HttpRequest, reference: str, decision_id: UUID) -> HttpResponse:
    """Approve a decision."""
    found, actor = case_for(request, reference)
    decisions.approve_decision(found.id, decision_id, by=actor)
    say(request, _("Decision approved."))
    return HttpResponseRedirect(_url("decisions", found))


@FORM
def incident_link(request: HttpRequest, reference: str) -> HttpResponse:
    """Handle an incident in the case."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    form = forms.LinkIncidentForm(request.POST or None)

    def act() -> object:
        incident = named_incident(form, "incident")
        return linking.link_incident(found.id, incident.id, reason=form.cleaned_data["reason"], by=actor)

    hint = _("The case reads the incident from then on. Nothing of the case shows in the incident to anybody else.")
    words = Words(_("Link an incident"), _("Link incident"), _url("linked", found), hint)
    return form_page(request, found, form, act, words)


@FORM
def case_link(request: HttpRequest, reference: str) -> HttpResponse:
    """Tie the case to another."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    page = selectors.cases(selectors.CaseFilter(), limit=MOST_CHOICES)
    others = [(str(row.id), f"{row.reference}  {row.title}") for row in page.rows if row.id != found.id]
    form = forms.LinkCaseForm(request.POST or None, cases=others)

    def act() -> object:
        values = form.cleaned_data
        other = UUID(values["case"])
        return linking.link_case(found.id, other, kind=values["kind"], reason=values["reason"], by=actor)

    hint = _("Only people who are members of both cases will see that they belong together.")
    words = Words(_("Link another case"), _("Link case"), _url("linked", found), hint)
    return form_page(request, found, form, act, words)


@FORM
def link_end(request: HttpRequest, reference: str, link_id: UUID) -> HttpResponse:
    """End a tie."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    form = forms.ReasonForm(request.POST or None, label=_("Why they no longer belong together"))

    def act() -> object:
        return linking.unlink(found.id, link_id, reason=form.cleaned_data["reason"], by=actor)

    words = Words(_("End a link"), _("End link"), _url("linked", found), danger=True)
    return form_page(request, found, form, act, words)


@FORM
def signal_release(request: HttpRequest, reference: str, signal_id: UUID) -> HttpResponse:
    """Take a signal out of the case."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    signal = linking.signal_in(found.id, signal_id, by=actor)
    form = forms.ReasonForm(request.POST or None, label=_("Why it does not belong to the case"))

    def act() -> object:
        return linking.release_signal(found.id, signal.id, reason=form.cleaned_data["reason"], by=actor)

    hint = _("“%(title)s” returns to the inbox unless an incident or another case holds it.") % {"title": signal.title}
    words = Words(_("Take a signal out"), _("Take out"), _url("linked", found), hint, danger=True)
    answer = form_page(request, found, form, act, words)
    if answer.status_code == HTTPStatus.FOUND:
        say(request, _("Taken out of the case."), undo_url=address("signal-return", found.reference, signal.id))
    return answer


@require_POST
def signal_return(request: HttpRequest, reference: str, signal_id: UUID) -> HttpResponse:
    """Put a signal that was taken out back into the case."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    linking.add_signals(found.id, [signal_id], by=actor)
    say(request, _("Back in the case."))
    return HttpResponseRedirect(_url("linked", found))


@FORM
def incident_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Raise a new incident out of the case."""
    found, actor = case_for(request, reference)
    require(actor, Permission.CASE_WORK)
    require(actor, Permission.INCIDENT_OPEN)
    form = forms.RaiseIncidentForm(request.POST or None)

    def act() -> object:
        return linking.raise_incident(found.id, **form.cleaned_data, by=actor)

    hint = _("Responders see the incident, not the case. Write only what they may know.")
    readers = _("Everybody who handles incidents will read this, or only named people when the category asks for it")
    words = Words(_("Raise an incident"), _("Raise incident"), _url("linked", found), hint, readers=readers)
    return form_page(request, found, form, act, words)
