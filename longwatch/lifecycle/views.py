# SPDX-License-Identifier: Apache-2.0
"""Holds, what is due, what would go, the second person's decision, and the certificate."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.lifecycle import selectors, subjects
from longwatch.lifecycle.certificate import certificate_pdf, facts, lines
from longwatch.lifecycle.finding import Found, find_record
from longwatch.lifecycle.forms import DecisionForm, HoldForm, ProposalForm, ReasonForm, RetentionForm, WideHoldForm
from longwatch.lifecycle.models import PLACE, Disposal, DisposalStatus, HoldScope
from longwatch.lifecycle.retention import RetentionClass, class_of, of_signals
from longwatch.lifecycle.sending import sent
from longwatch.lifecycle.services.classes import change_retention
from longwatch.lifecycle.services.disposing import approve, keep_longer, propose, refuse_other_than_second, take_up
from longwatch.lifecycle.services.holds import hold_entity, hold_organisation, hold_record, release_hold
from longwatch.records.models import RecordKind
from longwatch.web.toasts import say

FORM = require_http_methods(["GET", "POST"])
SOON = timedelta(days=90)
UNDER_WAY = (DisposalStatus.PROPOSED, DisposalStatus.APPROVED, DisposalStatus.RUNNING, DisposalStatus.STOPPED)
GOING = (DisposalStatus.APPROVED, DisposalStatus.RUNNING)
OVER = (DisposalStatus.DONE, DisposalStatus.KEPT)


@require_GET
def due(request: HttpRequest) -> HttpResponse:
    """What is due for disposal, now and soon; what waits for a decision; what went, with certificates."""
    actor = require_reading(actor_in(request), Permission.RETENTION_MANAGE)
    found = selectors.due(actor.org_id, ahead=SOON, most=selectors.MOST_DUE + 1)
    under_way = selectors.disposals_page(*UNDER_WAY, cursor=request.GET.get("open_after"))
    context = {
        "due": found[: selectors.MOST_DUE], "left_out": len(found) > selectors.MOST_DUE,
        "signals": selectors.signals_due(of_signals(selectors.retention(actor.org_id))),
        "under_way": under_way, "standing": selectors.standing_still(row.id for row in under_way.rows),
        "over": selectors.disposals_page(*OVER, cursor=request.GET.get("decided_after")),
    }  # fmt: skip
    return render(request, "lifecycle/due.html", context)


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """The retention classes."""
    actor = require_reading(actor_in(request), Permission.RETENTION_MANAGE)
    return render(request, "lifecycle/retention.html", {"classes": selectors.retention(actor.org_id)})


@FORM
def retention_class(request: HttpRequest, code: str) -> HttpResponse:
    """Change one class."""
    actor = require_reading(actor_in(request), Permission.RETENTION_MANAGE)
    found = next((each for each in selectors.retention(actor.org_id) if each.code == code), None)
    if found is None:
        raise NotFound
    initial = {"years": found.years, "days": found.days, "outcome": found.outcome}
    form = RetentionForm(request.POST or None, initial=initial, in_days=bool(found.days))

    def change() -> None:
        change_retention(code, **form.cleaned_data, by=actor)
        say(request, _("The retention class is changed."))

    status = sent(request, form, change)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:retention"))
    return render(request, "lifecycle/retention_class.html", {"class": found, "form": form}, status=status)


@FORM
def holds(request: HttpRequest) -> HttpResponse:
    """The holds that counsel may know of; POST places one that reaches beyond a record."""
    actor = require_reading(actor_in(request), Permission.HOLD_DECIDE)
    form = WideHoldForm(request.POST or None)

    def place() -> None:
        values = dict(form.cleaned_data)
        scope, kind, value = values.pop("scope"), values.pop("kind"), values.pop("value")
        if scope == HoldScope.ORGANISATION:
            hold_organisation(**values, by=actor)
        else:
            hold_entity(kind, value, **values, by=actor)
        say(request, _("The hold is in force."))

    status = sent(request, form, place)
    if not status:
        return HttpResponseRedirect(request.path)
    context = {
        "form": form, "holds": selectors.holds_page(cursor=request.GET.get("held_after")),
        "released": selectors.holds_page(released=True, cursor=request.GET.get("released_after")),
    }  # fmt: skip
    return render(request, "lifecycle/holds.html", context, status=status)


@FORM
def release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """End a hold."""
    actor = require_reading(actor_in(request), Permission.HOLD_DECIDE)
    row = selectors.hold(hold_id)
    form = ReasonForm(request.POST or None)

    def end() -> None:
        release_hold(hold_id, **form.cleaned_data, by=actor)
        say(request, _("The hold has ended."))

    status = sent(request, form, end)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:holds"))
    return render(request, "lifecycle/release.html", {"hold": row, "form": form}, status=status)


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as the reader of its life-cycle page sees it: from inside, or as a privacy officer."""

    kind: str
    id: UUID
    reference: str
    sort: str
    closed_at: Any
    inside: Found | None


@FORM
def record(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """The life cycle of a record: holds, when it is due, exactly what would go; POST proposes it."""
    seen, actor = _seen(request, kind, record_id)
    form = ProposalForm(request.POST or None)
    if request.method == "POST":
        require_reading(actor, Permission.RETENTION_MANAGE)

    def send() -> None:
        propose(record_id, **form.cleaned_data, by=actor)
        say(request, _("Proposed. The record's lead or counsel decides."))

    status = sent(request, form, send)
    if not status:
        return HttpResponseRedirect(request.path)
    context = _frame(seen, actor) | {"form": form, "hold_form": HoldForm()}
    return render(request, "lifecycle/record.html", context, status=status)


@FORM
def record_hold(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Place a hold on a record."""
    found = find_record(kind, record_id, actor_in(request))
    actor = require_reading(actor_in(request), Permission.HOLD_DECIDE)
    form = HoldForm(request.POST or None)

    def place() -> None:
        hold_record(found.ref, **form.cleaned_data, by=actor)
        say(request, _("The hold is in force."))

    status = sent(request, form, place)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:record", args=[kind, record_id]))
    return render(request, "lifecycle/record_hold.html", {"record": found.ref, "form": form}, status=status)


@require_GET
def chip(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """What a record's own page shows of it: under hold, waiting for a decision, content gone."""
    find_record(kind, record_id, actor_in(request))
    context = {
        "may_hold": signed_in(request).may(Permission.HOLD_DECIDE), "held": selectors.is_held(record_id),
        "row": selectors.disposal_of(record_id), "asked": subjects.waiting_in(record_id),
        "page": reverse("lifecycle:record", args=[kind, record_id]),
    }  # fmt: skip
    return render(request, "lifecycle/chip.html", context)


@FORM
def disposal(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """One disposal: how far it is, in the end its certificate; POST is the second person's decision."""
    actor = signed_in(request)
    row = selectors.disposal(disposal_id)
    seen = _seen_by(row.record_kind, row.record_id, actor)
    form = DecisionForm(request.POST or None)
    named = _named(row, seen)
    if named and not row.is_of_place:
        saw(row.record_kind, row.record_id, [row.compartment_id], by=actor)

    def decide() -> None:
        values = dict(form.cleaned_data)
        if values.pop("decision") == "approve":
            approve(disposal_id, reason=values["reason"], spared=_spared(request, row), by=actor)
            say(request, _("Approved. The content goes now."))
        else:
            keep_longer(disposal_id, **values, by=actor)
            say(request, _("The record is kept longer."))

    status = sent(request, form, decide)
    if not status:
        return HttpResponseRedirect(request.path)
    context = _frame(seen, actor) | {
        "row": row, "form": form, "facts": facts(row, seen.reference), "named": named, "lines": lines(row),
        "may_decide": _may_decide(row, actor), "is_done": row.status == DisposalStatus.DONE,
        "steps": len(selectors.PLACES),
        "may_take_up": row.status in GOING and actor.may(Permission.RETENTION_MANAGE),
        "stands_still": row.status in GOING and row.id in selectors.standing_still([row.id]),
    }  # fmt: skip
    return render(request, "lifecycle/disposal.html", context, status=status)


@require_POST
def taking_up(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """Carry out what was approved, as another privacy officer than the one who was to do it."""
    actor = require_reading(actor_in(request), Permission.RETENTION_MANAGE)
    require_recent(request)
    take_up(disposal_id, by=actor)
    say(request, _("The content goes now, in your name."))
    return HttpResponseRedirect(reverse("lifecycle:disposal", args=[disposal_id]))


@require_GET
def certificate(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """The certificate as PDF."""
    actor = signed_in(request)
    row = selectors.disposal(disposal_id)
    seen = _seen_by(row.record_kind, row.record_id, actor)
    if row.status != DisposalStatus.DONE:
        raise NotFound
    response = HttpResponse(certificate_pdf(row, seen.reference), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="disposal-{row.id}.pdf"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _seen(request: HttpRequest, kind: str, record_id: UUID) -> tuple[Seen, Actor]:
    actor = signed_in(request)
    if kind in (RecordKind.SIGNAL, PLACE):  # Those of a disposal are seen through it, by who may see the disposal.
        raise NotFound
    return _seen_by(kind, record_id, actor), actor


def _seen_by(kind: str, record_id: UUID, actor: Actor) -> Seen:
    """From inside when the actor reads the record; as a privacy officer otherwise; else it is not there (404).

    Of the signals of a disposal, or of a place, whoever calls this has read the disposal.
    """
    if kind == RecordKind.SIGNAL:
        return Seen(kind, record_id, _("Signals that never joined a record"), "", None, None)
    if kind == PLACE:
        return Seen(kind, record_id, _("Lists, rules and kept bodies of a place"), "", None, None)
    try:
        found = find_record(kind, record_id, actor)
    except NotFound:
        require_reading(actor, Permission.RETENTION_MANAGE)
        subject = selectors.subject(record_id)
        if subject.kind != kind:
            raise
        return Seen(kind, record_id, subject.reference, subject.sort, subject.closed_at, None)
    return Seen(kind, record_id, found.ref.reference, found.sort, found.closed_at, found)


def _frame(seen: Seen, actor: Actor) -> dict[str, Any]:
    fitting = class_of(selectors.retention(actor.org_id), seen.kind, seen.sort)
    newest = selectors.disposal_of(seen.id)
    privacy = actor.may(Permission.RETENTION_MANAGE)
    return {
        "persons": selectors.persons_of(seen.id),
        "may_erase_person": privacy and seen.kind not in (RecordKind.SIGNAL, PLACE),
        "seen": seen, "class": fitting, "due_on": _due_on(fitting, seen), "preview": selectors.preview(seen.id),
        "held": selectors.is_held(seen.id), "holds": selectors.holds_of(seen.id) if seen.inside else [],
        "newest": newest, "may_hold": bool(seen.inside) and actor.may(Permission.HOLD_DECIDE),
        "may_propose": privacy and seen.closed_at is not None
        and (newest is None or newest.status in (DisposalStatus.KEPT, DisposalStatus.STOPPED)),
    }  # fmt: skip


def _due_on(fitting: RetentionClass | None, seen: Seen) -> date | None:
    return fitting.due_on(seen.closed_at) if fitting and seen.closed_at and fitting.outcome != "keep" else None


def _may_decide(row: Disposal, actor: Actor) -> bool:
    if row.status != DisposalStatus.PROPOSED or actor.id == row.proposed_by_id:
        return False
    try:
        refuse_other_than_second(row, actor)
    except (NotAllowed, NotFound):
        return False
    return True


def _named(row: Disposal, seen: Seen) -> list[selectors.PersonPlace]:
    """The places of a person who is to go, for those inside the record."""
    waits = row.is_of_one_person and row.status == DisposalStatus.PROPOSED and (seen.inside or row.is_of_place)
    return selectors.person_places(row) if waits else []


def _spared(request: HttpRequest, row: Disposal) -> list[UUID]:
    """The places of a person that the second person left as they are: what they saw and did not tick."""
    ticked = set(request.POST.getlist("goes"))
    return [each.row_id for each in selectors.person_places(row) if str(each.row_id) not in ticked]
