# SPDX-License-Identifier: Apache-2.0
"""The page of one section, for its members; some of them cannot open the case around it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from longwatch.access import selectors as access_selectors
from longwatch.access.models import Compartment, Membership, Section
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.sections import SECTION_RULES, is_inner, may_let_in, tint_of
from longwatch.access.services.sight import saw
from longwatch.cases import section_forms, selectors
from longwatch.cases.models import Case
from longwatch.cases.publishing_rules import PUBLISHING
from longwatch.cases.sentences import CATALOGUE
from longwatch.cases.services import privilege, publishing, sections, witnesses
from longwatch.cases.views.frame import Words, case_for, choices_of, readers_of, readers_words, tried
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.entities.people import PEOPLE
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.views import Desk

FORM = require_http_methods(["GET", "POST"])


@dataclass(frozen=True, slots=True)
class Inside:
    """A part of a case that the reader is inside: an inner section, or the core."""

    place: Compartment
    record: RecordRef
    case: Case | None
    reference: str
    title: str
    lead: str

    @property
    def label(self) -> str:
        """What the part is called."""
        own_name = self.place.section == Section.WITNESS and self.place.name
        return self.place.name if own_name else str(Section(self.place.section).label)

    @property
    def tint(self) -> int:
        """Its colour."""
        return tint_of(self.place.section)

    @property
    def is_inner(self) -> bool:
        """Whether it is a section inside the case."""
        return is_inner(self.place.section)


def inside(section_id: UUID) -> Inside:
    """The part of a case with this identifier; refuses (404) whoever is outside, also with a glass broken."""
    place = Compartment.objects.filter(id=section_id).exclude(record_id=None).exclude(section="").first()
    if place is None or place.record_id is None:
        raise NotFound
    case = Case.objects.filter(id=place.record_id).select_related("lead").first()
    if case is not None:
        whole = selectors.case_ref(case)
        # Where nobody outside knows of it, work goes on after the case is closed.
        hidden = is_inner(place.section) and not SECTION_RULES[Section(place.section)].shown_to
        record = replace(whole, rows=None, closed=False) if hidden else whole
        lead = case.lead.name if case.lead else ""
        return Inside(place, _named(record, place), case, case.reference, case.title, lead)
    outline = next((each for each in selectors.outlines() if each.section_id == section_id), None)
    if outline is None:
        raise NotFound
    hidden = not SECTION_RULES[Section(place.section)].shown_to
    record = RecordRef(
        RecordKind.CASE, outline.id, outline.org_id, place.id, outline.reference, outline.title,
        outline.closed and not hidden,
    )  # fmt: skip
    return Inside(place, _named(record, place), None, outline.reference, outline.title, outline.lead)


def _named(record: RecordRef, place: Compartment) -> RecordRef:
    """The record as the section's pages address it: by the section's identifier."""
    return replace(record, compartment_id=place.id, reference=str(place.id), called=record.reference)


def _load(request: HttpRequest, reference: str) -> RecordRef:
    return _found(request, reference)[0].record


def _found(request: HttpRequest, reference: str | UUID) -> tuple[Inside, Actor]:
    actor = require_reading(actor_in(request), Permission.CASE_READ)
    try:
        found = inside(UUID(str(reference)))
    except ValueError:
        raise NotFound from None
    if not found.is_inner:
        raise NotFound
    saw(RecordKind.CASE, found.record.id, [found.place.id], by=actor)
    return found, actor


SECTION = Desk("sections", "section", _load, readers_of, CATALOGUE, PEOPLE, one_section=True)


def members_of(found: Inside) -> list[Membership]:
    """Who is inside now."""
    return list(access_selectors.members(found.place.id))


@require_GET
def section(request: HttpRequest, reference: str) -> HttpResponse:
    """What the section holds, who is inside, and what went out of it."""
    found, actor = _found(request, reference)
    members = members_of(found)
    context = SECTION.frame(found.record, actor, readers_words(members))
    context |= SECTION.timeline_part(request, found.record)
    context |= SECTION.tasks_part(found.record) | _extras(found, actor)
    context |= {
        "found": found,
        "members": members,
        "may_let_in": may_let_in(found.place.section, actor.roles),
        "may_publish": _may_publish(found, actor),
        "publications": [p for p in publishing.publications(found.record.id) if p.compartment_id == found.place.id],
    }
    return render(request, "cases/section.html", context)


def _may_publish(found: Inside, actor: Actor) -> bool:
    rule = PUBLISHING[found.place.section]
    return bool(rule.kinds) and actor.may(rule.permission) and not found.record.closed


def _extras(found: Inside, actor: Actor) -> dict[str, object]:
    """What only one sort of section has."""
    if found.place.section == Section.PRIVILEGED:
        works = actor.may(Permission.PRIVILEGE_WORK)
        return {"direction": privilege.direction(found.place.id), "may_direct": works, "may_approve": works}
    if found.place.section == Section.WITNESS:
        rows = [(row, witnesses.masked(row.contact)) for row in witnesses.witnesses(found.place.id)]
        return {"witnesses": rows, "is_witness": True}
    return {}


def form_page(
    request: HttpRequest, found: Inside, form: forms.Form, act: Callable[[], object], words: Words
) -> HttpResponse:
    """Show a form, or do what it says; what was typed stays when it is refused."""
    fared = tried(request, form, act)
    if fared.done:
        return HttpResponseRedirect(words.done)
    context = {"found": found, "form": form, "words": words, "refusal": fared.refusal}
    return render(request, "cases/section_form.html", context, status=fared.status)


def _url(found: Inside, name: str = "section", *more: object) -> str:
    if not found.is_inner and found.case is not None:
        return reverse("cases:access", args=[found.case.reference])
    return reverse(f"sections:{name}", args=[found.place.id, *more])


@FORM
def section_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a section of the case."""
    case, actor = case_for(request, reference)
    found = inside(case.compartment_id)
    possible = sections.openable(case, actor)
    firsts = sections.possible_firsts(possible, actor)
    people = [(str(a.id), f"{a.name} ({', '.join(str(each.label) for each in fits)})") for a, fits in firsts]
    form = section_forms.OpenSectionForm(request.POST or None, sections=possible, people=people)

    def act() -> object:
        values = form.cleaned_data
        first = UUID(values["first_member"]) if values["first_member"] else None
        if first is None and not sections.may_be_first(values["section"], actor):
            sentence = _("Your role does not fit this section. Choose whose does; you stay outside.")
            raise Invalid(sentence, fields={"first_member": sentence}, code="section_not_yours")
        return sections.open_section(
            case.id, section=values["section"], first_member_id=first, name=values["name"], by=actor
        )

    hint = _("What is written into it is read by those inside it alone. Choose “Me” to be the first inside.")
    done = reverse("cases:access", args=[case.reference])
    return form_page(request, found, form, act, Words(_("Open a section"), _("Open section"), done, hint))


@FORM
def member_new(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Let one more person into the section."""
    found, actor = _found(request, reference)
    present = {member.account_id for member in members_of(found)}
    possible = [a for a in sections.possible_members(found.place.section, actor) if a.id not in present]
    form = section_forms.LetInForm(request.POST or None, people=choices_of(possible))

    def act() -> object:
        values = form.cleaned_data
        return sections.let_in(
            found.record.id, found.place.id, UUID(values["account"]), reason=values["reason"], by=actor
        )

    hint = _("They will read everything in this section, also what was written before.")
    return form_page(request, found, form, act, Words(_("Let somebody in"), _("Let in"), _url(found), hint))


@FORM
def member_removal(request: HttpRequest, reference: UUID, account_id: UUID) -> HttpResponse:
    """End somebody's access to the section."""
    found, actor = _found(request, reference)
    member = next((each for each in members_of(found) if each.account_id == account_id), None)
    if member is None:
        raise NotFound
    form = section_forms.WhyForm(request.POST or None, label=_("Why they no longer need to know"))

    def act() -> object:
        return sections.let_out(
            found.record.id, found.place.id, account_id, reason=form.cleaned_data["reason"], by=actor
        )

    heading = _("End the access of %(name)s") % {"name": member.account.name}
    done = reverse("cases:list") if account_id == actor.id else _url(found)
    return form_page(request, found, form, act, Words(heading, _("End access"), done, danger=True))


# Publishing, from any part of a case.


def _part(request: HttpRequest, part_id: UUID) -> tuple[Inside, Actor]:
    actor = require_reading(actor_in(request), Permission.CASE_READ)
    return inside(part_id), actor


@FORM
def publication_new(request: HttpRequest, part_id: UUID) -> HttpResponse:
    """Publish something to an incident of the case."""
    found, actor = _part(request, part_id)
    targets = publishing.targets(found.record.id)
    kinds = PUBLISHING[found.place.section].kinds
    form = section_forms.PublishForm(request.POST or None, kinds=kinds, targets=targets)

    def act() -> object:
        origin = publishing.Origin(found.record.id, found.place.id)
        return publishing.publish(
            origin, UUID(form.cleaned_data["incident"]), form.wording(), show_name=form.cleaned_data["show_name"],
            by=actor,
        )  # fmt: skip

    hint = _("Whoever reads the incident reads this. They do not learn of the case.")
    if PUBLISHING[found.place.section].approver:
        hint = f"{hint} " + _("It goes out when counsel agrees, as a second person.")
    words = Words(_("Publish to an incident"), _("Publish"), _url(found), hint)
    return form_page(request, found, form, act, words)


@require_http_methods(["POST"])
def publication_approval(request: HttpRequest, part_id: UUID, publication_id: UUID) -> HttpResponse:
    """Agree that it goes out."""
    found, actor = _part(request, part_id)
    publishing.approve(found.record.id, publication_id, by=actor)
    return HttpResponseRedirect(_url(found))


@FORM
def publication_withdrawal(request: HttpRequest, part_id: UUID, publication_id: UUID) -> HttpResponse:
    """Take it back."""
    found, actor = _part(request, part_id)
    row = next((each for each in publishing.publications(found.record.id) if each.id == publication_id), None)
    if row is None:
        raise NotFound
    form = section_forms.WhyForm(request.POST or None, label=_("Why it holds no longer"))

    def act() -> object:
        return publishing.withdraw(found.record.id, publication_id, reason=form.cleaned_data["reason"], by=actor)

    told = f"{row.about}: {row.text}" if row.about else row.text
    hint = _("It goes from the incident at once. What it said, and why you withdrew it, stays in the record.")
    words = Words(_("Withdraw what was published"), _("Withdraw"), _url(found), hint, danger=True, before=told)
    return form_page(request, found, form, act, words)


# Privilege.


@FORM
def direction(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Say that counsel directs the work."""
    found, actor = _found(request, reference)
    _refuse_other(found, Section.PRIVILEGED)
    now = privilege.direction(found.place.id)
    initial = {"directed_on": now.directed_on, "matter": now.matter, "basis": now.basis} if now else {}
    form = section_forms.DirectionForm(request.POST or None, initial=initial)

    def act() -> object:
        return privilege.direct(found.record.id, found.place.id, **form.cleaned_data, by=actor)

    hint = _("Privilege asks for more than a label: a lawyer, the purpose of legal advice, and secrecy.")
    words = Words(_("Directed by counsel"), _("Save"), _url(found), hint)
    return form_page(request, found, form, act, words)


@require_GET
def privilege_log(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What is withheld, in neutral words."""
    found, actor = _found(request, reference)
    lines = privilege.privilege_log(found.record.id, found.place.id, by=actor)
    context = {"found": found, "lines": lines, "direction": privilege.direction(found.place.id)}
    return render(request, "cases/privilege_log.html", context)


@require_GET
def privilege_log_file(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The same as a file."""
    found, actor = _found(request, reference)
    text = privilege.export_log(found.record.id, found.place.id, by=actor)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="privilege-log-{found.reference}.csv"'
    return answer


@FORM
def privilege_line(request: HttpRequest, reference: UUID, line_id: UUID) -> HttpResponse:
    """Say what the log says of a line."""
    found, actor = _found(request, reference)
    lines = privilege.privilege_log(found.record.id, found.place.id, by=actor)
    line = next((each for each in lines if each.id == line_id), None)
    if line is None:
        raise NotFound
    initial = {"basis": line.basis, "description": line.description}
    form = section_forms.DescribeForm(request.POST or None, initial=initial)

    def act() -> object:
        return privilege.describe(found.record.id, found.place.id, line_id, **form.cleaned_data, by=actor)

    words = Words(_("Describe a line of the log"), _("Save"), _url(found, "privilege-log"))
    return form_page(request, found, form, act, words)


# Witnesses.


@FORM
def witness_new(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Give a witness a pseudonym."""
    found, actor = _found(request, reference)
    _refuse_other(found, Section.WITNESS)
    form = section_forms.WitnessForm(request.POST or None)

    def act() -> object:
        return witnesses.add_witness(found.record.id, found.place.id, **form.cleaned_data, by=actor)

    hint = _("The case speaks of W1, W2 and so on. The name and the contact are read in this section alone.")
    return form_page(request, found, form, act, Words(_("Add a witness"), _("Add witness"), _url(found), hint))


@FORM
def witness_contact(request: HttpRequest, reference: UUID, witness_id: UUID) -> HttpResponse:
    """Show how to reach a witness, once a reason is given."""
    found, actor = _found(request, reference)
    _refuse_other(found, Section.WITNESS)
    form = section_forms.WhyForm(request.POST or None, label=_("Why you need to reach them"))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        row = witnesses.show_contact(found.record.id, found.place.id, witness_id, reason=reason, by=actor)
        return render(request, "cases/witness_contact.html", {"found": found, "witness": row})
    if witness_id not in {row.id for row in witnesses.witnesses(found.place.id)}:
        raise NotFound
    hint = _("The section's timeline keeps that you looked, and why.")
    words = Words(_("Show the contact"), _("Show contact"), _url(found), hint)
    return form_page(request, found, form, lambda: None, words)


def _refuse_other(found: Inside, section: Section) -> None:
    if found.place.section != section:
        raise NotFound
