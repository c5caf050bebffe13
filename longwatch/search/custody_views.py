# SPDX-License-Identifier: Apache-2.0
"""The page of an exhibit, and what is done with it there: handed over, sealed, opened, verified, marked."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.core.ids import uuid_or_none
from longwatch.evidence import selectors
from longwatch.evidence.copy_views import Frame, exhibit_page
from longwatch.evidence.custody_report import custody_answer
from longwatch.evidence.models import CustodyKind, Exhibit
from longwatch.evidence.services import checking, transferring
from longwatch.evidence.services import custody as services
from longwatch.evidence.services.extracting import take_out
from longwatch.evidence.services.reporting import report_on_one
from longwatch.evidence.services.transferring import Handover
from longwatch.evidence.views import file as original
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef
from longwatch.search.records_directory import record_ref, url_of
from longwatch.web.toasts import say, warn

# Refusals that are said on the page.
SAID = (409, 413, 422)


@require_GET
def exhibit(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """What an exhibit shows, how it stands, its whole chain of custody."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    return exhibit_page(request, row, actor, frame_of(row, actor))


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, exhibit_id: UUID) -> HttpResponseBase:
    """The original when it is asked for; without a word about it, the page where it can be asked for."""
    if request.method == "GET" and uuid_or_none(request.GET.get("download", "")) is None:
        return exhibit(request, exhibit_id)
    return original(request, exhibit_id)


@require_POST
def danger(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """Mark an exhibit as dangerous, for a reason."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    try:
        services.mark_dangerous(row.id, reason=request.POST.get("reason", ""), by=actor)
    except LongwatchError as refusal:
        return exhibit_page(request, row, actor, frame_of(row, actor), refusal, "danger")
    say(request, _("Exhibit %(number)s is marked as dangerous.") % {"number": row.mark})
    return _back_to(row)


@require_POST
def act(request: HttpRequest, exhibit_id: UUID, what: str) -> HttpResponse:
    """Hand over, answer that, seal, open or verify; then the page again, with what became of it."""
    record, actor, row = asked(request, exhibit_id)
    if what not in ACTS:
        raise NotFound
    try:
        ACTS[what](request, record, exhibit_id, actor)
    except LongwatchError as refusal:
        if refusal.status not in SAID:
            raise
        return exhibit_page(request, row, actor, frame_of(row, actor), refusal, what)
    return _back_to(row)


@require_POST
def report(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """The custody report of an exhibit as PDF, for a reason."""
    record, actor, row = asked(request, exhibit_id)
    try:
        made = report_on_one(record, exhibit_id, reason=request.POST.get("reason", ""), by=actor)
    except LongwatchError as refusal:
        return exhibit_page(request, row, actor, frame_of(row, actor), refusal, "report")
    return custody_answer(made, viewer=actor.label)


@require_POST
def attachment(request: HttpRequest, exhibit_id: UUID, number: int) -> HttpResponse:
    """An attachment of an e-mail becomes an exhibit of its own, whose page is shown."""
    record, actor, row = asked(request, exhibit_id)
    try:
        taken = take_out(record, exhibit_id, number, by=actor)
    except LongwatchError as refusal:
        if refusal.status not in SAID:
            raise
        return exhibit_page(request, row, actor, frame_of(row, actor), refusal)
    say(request, _("Taken out as exhibit %(number)s.") % {"number": taken.mark})
    return _back_to(taken)


def frame_of(row: Exhibit, actor: Actor) -> Frame:
    """The exhibit's record as the reader knows it; nothing of a kind of record that they do not read."""
    try:
        record, _reader = record_ref(row.record_kind, row.record_id, actor)
    except NotFound:
        return Frame()
    may_act = actor.may(Permission.EVIDENCE_ADD) and actor.may(record.work_permission)
    return Frame(record, url_of(record), may_act)


def asked(request: HttpRequest, exhibit_id: UUID) -> tuple[RecordRef, Actor, Exhibit]:
    """The exhibit somebody wants to do something with, and its record; refuses (404) whoever may not know either."""
    reader = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    require_reading(reader, READING[RecordKind(row.record_kind)])
    record, actor = record_ref(row.record_kind, row.record_id, reader)
    return record, actor, row


def _back_to(row: Exhibit) -> HttpResponse:
    return HttpResponseRedirect(reverse("evidence:exhibit", args=[row.id]))


def _transfer(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    names = ("receiver", "reason", "place", "condition")
    said = {name: request.POST.get(name, "") for name in names}
    chosen = uuid_or_none(request.POST.get("receiver_id", ""))
    link = transferring.transfer(record, exhibit_id, Handover(**said, receiver_id=chosen), by=actor)
    words = (
        _("Offered to %(name)s, who is told and confirms the receipt.")
        if link.kind == CustodyKind.OFFERED
        else _("Handed over to %(name)s.")
    )
    say(request, words % {"name": link.to_label})


def _confirm(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    place, condition = request.POST.get("place", ""), request.POST.get("condition", "")
    link = transferring.confirm_receipt(record, exhibit_id, place=place, condition=condition, by=actor)
    say(request, _("You have it now, from %(name)s.") % {"name": link.from_label})


def _refuse(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    transferring.refuse_receipt(record, exhibit_id, reason=request.POST.get("reason", ""), by=actor)
    say(request, _("You did not take it. Whoever offered it is told why."))


def _take_back(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    link = transferring.take_back(record, exhibit_id, reason=request.POST.get("reason", ""), by=actor)
    say(request, _("The offer to %(name)s is taken back.") % {"name": link.to_label})


def _seal(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    seal, reason = request.POST.get("seal", ""), request.POST.get("reason", "")
    link = services.apply_seal(record, exhibit_id, seal=seal, reason=reason, by=actor)
    say(request, _("Sealed with %(seal)s.") % {"seal": link.seal})


def _open(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    reason, condition = request.POST.get("reason", ""), request.POST.get("condition", "")
    link = services.open_seal(record, exhibit_id, reason=reason, condition=condition, by=actor)
    say(request, _("Seal %(seal)s opened.") % {"seal": link.seal})


def _verify(request: HttpRequest, record: RecordRef, exhibit_id: UUID, actor: Actor) -> None:
    if checking.verify(exhibit_id, by=actor).kind == CustodyKind.VERIFIED:
        say(request, _("Read again from end to end: the bytes are those that were received."))
    else:
        warn(request, _("The stored bytes are not those that were received. Tell an administrator now."))


ACTS: Mapping[str, Callable[[HttpRequest, RecordRef, UUID, Actor], None]] = {
    "transfer": _transfer, "receipt": _confirm, "refusal": _refuse, "taking-back": _take_back,
    "seal": _seal, "opening": _open, "verification": _verify,
}  # fmt: skip
