# SPDX-License-Identifier: Apache-2.0
"""What all pages of one case share: who may look, the head, the tabs, and how a form page answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from longwatch.access.models import Account, Membership
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.selectors import SectionSeen, sections_of
from longwatch.access.services.sight import saw
from longwatch.cases import selectors
from longwatch.cases.models import Case, CaseStatus
from longwatch.cases.rules import Verb, is_possible
from longwatch.cases.sentences import CATALOGUE
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, Stale
from longwatch.entities.people import PEOPLE
from longwatch.records.models import RecordKind
from longwatch.records.overwriting import refuse_overwriting
from longwatch.records.reference import RecordRef
from longwatch.records.views import Desk
from longwatch.web.forms import blame

NAMES_IN_WORDS = 3

TABS = (
    ("case", gettext_lazy("Overview")),
    ("history", gettext_lazy("Timeline")),
    ("people", gettext_lazy("People")),
    ("evidence", gettext_lazy("Evidence")),
    ("tasks", gettext_lazy("Tasks")),
    ("decisions", gettext_lazy("Decisions")),
    ("linked", gettext_lazy("Linked")),
    ("access", gettext_lazy("Access")),
    ("closure", gettext_lazy("Closure")),
    ("six-questions", gettext_lazy("Six questions")),
)


def case_for(request: HttpRequest, reference: str) -> tuple[Case, Actor]:
    """The case and who reads it; refuses (404) whoever is not a member."""
    actor = require_reading(actor_in(request), Permission.CASE_READ)
    found = selectors.case_by_reference(reference)
    saw(RecordKind.CASE, found.id, selectors.parts_inside(found), by=actor)
    return found, actor


def load(request: HttpRequest, reference: str) -> RecordRef:
    """The same, as the records' pages want it."""
    found, _actor = case_for(request, reference)
    return selectors.case_ref(found)


def readers_of(record: RecordRef) -> str:
    """Who will be able to read what is written into the case."""
    return readers_words([m for m in selectors.memberships(record.compartment_id) if m.ended_at is None])


def sections_in(record: RecordRef) -> list[SectionSeen]:
    """The sections of the case, as far as the reader may know of them."""
    return sections_of(record.id)


def section_choices(found: Case) -> list[tuple[str, str]]:
    """Who will be able to read what a form says: the whole case, or a section that the reader is inside."""
    inside = [each for each in sections_of(found.id) if each.inside]
    return [(str(each.id), f"{each.label}: {', '.join(each.people)}") for each in inside]


def readers_words(members: list[Membership]) -> str:
    """Names as far as they are few, a number when they are many."""
    names = [member.account.name for member in members]
    if len(names) == 1:
        return _("Only you can read this")
    if len(names) <= NAMES_IN_WORDS:
        return _("Only %(names)s can read this") % {"names": ", ".join(names)}
    words = ngettext("Only the %(count)s member can read this", "Only the %(count)s members can read this", len(names))
    return words % {"count": len(names)}


# For the tabs that nothing is written on.
PAGE = Desk("cases", "history", load, readers_of, CATALOGUE, PEOPLE)
# One desk a tab, so that whoever saves something without JavaScript comes back to where they were.
HISTORY = Desk("cases", "history", load, readers_of, CATALOGUE, PEOPLE, sections=sections_in)
TASKS = Desk("cases", "tasks", load, readers_of, CATALOGUE, PEOPLE, sections=sections_in)
PARTIES = Desk("cases", "people", load, readers_of, CATALOGUE, PEOPLE, sections=sections_in)


def frame(found: Case, actor: Actor, tab: str, desk: Desk = PAGE) -> dict[str, Any]:
    """What the head and the tabs of every page of the case need."""
    record = selectors.case_ref(found)
    memberships = selectors.memberships(found.compartment_id)
    members = [membership for membership in memberships if membership.ended_at is None]
    readers = readers_words(members)
    changeable = found.status not in (CaseStatus.CLOSED, CaseStatus.PENDING_CLOSURE)
    return desk.frame(record, actor, readers) | {
        "case": found,
        "memberships": memberships,
        "members": members,
        "may_work": changeable and actor.may(Permission.CASE_WORK),
        "may_name_lead": changeable and actor.may(Permission.CASE_LEAD if found.lead_id else Permission.CASE_WORK),
        "may_manage": actor.may(Permission.CASE_LEAD),
        "may": {verb.value: True for verb in Verb if _may(verb, found, actor)},
        "may_raise": changeable and actor.may(Permission.INCIDENT_OPEN) and actor.may(Permission.CASE_WORK),
        "tab": tab,
        "primary_verb": _has_primary_verb(found, actor),
        "tabs": tabs_of(found, tab),
    }


def _has_primary_verb(found: Case, actor: Actor) -> bool:
    """Whether the head carries a button with words, beside the menu."""
    if found.status == CaseStatus.PENDING_CLOSURE:
        return True
    if found.status == CaseStatus.OPEN and found.lead_id is None:
        return actor.may(Permission.CASE_WORK)
    return any(_may(verb, found, actor) for verb in (Verb.START, Verb.RESUME, Verb.REOPEN))


def _may(verb: Verb, found: Case, actor: Actor) -> bool:
    permissions = {
        Verb.START: Permission.CASE_WORK,
        Verb.APPROVE_CLOSURE: Permission.CASE_APPROVE,
        Verb.REFUSE_CLOSURE: Permission.CASE_APPROVE,
    }
    allowed = is_possible(verb, found.status) and actor.may(permissions.get(verb, Permission.CASE_LEAD))
    if verb in (Verb.APPROVE_CLOSURE, Verb.REFUSE_CLOSURE):
        return allowed and actor.id != found.closure_requested_by_id
    return allowed and (found.lead_id is not None or verb is Verb.REOPEN)


def tabs_of(found: Case, current: str) -> list[dict[str, Any]]:
    """The pages of a case, one of them current."""
    urls = [(name, word, address(name, found.reference)) for name, word in TABS]
    return [{"name": word, "url": url, "current": name == current} for name, word, url in urls if url]


def address(name: str, *arguments: object) -> str:
    """The address of a page of cases; empty when there is no such page."""
    try:
        return reverse(f"cases:{name}", args=arguments)
    except NoReverseMatch:
        return ""


def choices_of(people: Iterable[Account]) -> list[tuple[str, str]]:
    """People as the choices of a field."""
    return [(str(account.id), account.name) for account in people]


def members_of(found: Case) -> list[Account]:
    """The accounts of the present members."""
    return [m.account for m in selectors.memberships(found.compartment_id) if m.ended_at is None]


@dataclass(frozen=True, slots=True)
class Words:
    """What a form page says and where it leads."""

    heading: str
    action: str
    done: str
    help: str = ""
    danger: bool = False
    before: str = ""
    readers: str = ""  # When others than the members will read what is typed.


def form_page(
    request: HttpRequest, found: Case, form: forms.Form, act: Callable[[], object], words: Words
) -> HttpResponse:
    """Show a form of the case, or do what it says; what was typed stays when it is refused."""
    fared = tried(request, form, act)
    if fared.done:
        return HttpResponseRedirect(words.done)
    record = selectors.case_ref(found)
    context = {
        "case": found, "record": record, "form": form, "words": words, "refusal": fared.refusal, "gaps": fared.gaps,
        "readers": words.readers or readers_of(record),
    }  # fmt: skip
    return render(request, "cases/form.html", context, status=fared.status)


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of a form: done, or shown with a status and a refusal."""

    status: int = 200
    refusal: str = ""
    gaps: tuple[str, ...] = ()
    done: bool = False


def tried(request: HttpRequest, form: forms.Form, act: Callable[[], object]) -> Fared:
    """Do what a sent form says; a refusal is put at its fields, or answered."""
    if request.method != "POST":
        return Fared()
    if not form.is_valid():
        return Fared(Invalid.status)
    try:
        act()
    except Invalid as error:
        return Fared(blame(form, error))
    except Conflict as error:
        return Fared(error.status, error.sentence, error.gaps)
    except Stale:
        return Fared(refuse_overwriting(form, require_reading(actor_in(request), Permission.CASE_READ)))
    return Fared(done=True)
