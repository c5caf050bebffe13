# SPDX-License-Identifier: Apache-2.0
"""Taking a record out: choose the audience, see what goes and what stays, have it made, download it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.access.stepup import require_recent
from longwatch.cases import selectors as case_selectors
from longwatch.cases.models import Case
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, LongwatchError
from longwatch.core.keys import EXPORT, load_key
from longwatch.entities.kinds import EntityKind, Part
from longwatch.exchange import selectors
from longwatch.exchange.audiences import PROFILES, Audience, Ground, Kind
from longwatch.exchange.content import Content, read_content
from longwatch.exchange.delivery import file_response
from longwatch.exchange.forms import ExportForm
from longwatch.exchange.models import Export
from longwatch.exchange.redaction import Judged, Release, Treatment, redact
from longwatch.exchange.services.deciding import decide_item, end_decision
from longwatch.exchange.services.handing import hand_out
from longwatch.exchange.services.requesting import cancel_export, request_export
from longwatch.exchange.signing import SigningKey
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Incident
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.web.forms import blame
from longwatch.web.toasts import say, warn

MOST_SHOWN = 200
NAMESPACES = {RecordKind.CASE: "cases:case", RecordKind.INCIDENT: "incidents:incident"}


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """The bundles of a record, and the form that asks for another; the preview says what goes and what stays."""
    record, actor, content = _read(request, kind, reference)
    audience = _audience(request)
    if request.method == "POST":
        require_recent(request)
    release = _release(record, content, audience, actor)
    people = _people(content) if PROFILES[audience].names_a_person else None
    form = ExportForm(request.POST or None, initial={"audience": audience}, people=people)
    status = 200
    if request.method == "POST":
        status = _ask(form, record, actor)
        if not status:
            say(request, _("The bundle is being made."))
            return HttpResponseRedirect(f"{request.path}?audience={audience}#bundles")
    context = _frame(record, audience) | {
        "form": form, "audiences": _choices(request.path, audience), "preview": _preview(release),
        "log": release.log(), "exports": list(selectors.exports(record.id)), "actor_id": actor.id,
        "fingerprint": SigningKey(load_key(EXPORT)).public.fingerprint, "files_as_they_are": _masks(release),
    }  # fmt: skip
    return render(request, "exchange/page.html", context, status=status or 200)


@require_GET
def bundles(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """The list alone, as it changes while a bundle is made."""
    record, _row, actor = reached(request, kind, reference)
    context = {"exports": list(selectors.exports(record.id)), "actor_id": actor.id, "record": record}
    return render(request, "exchange/bundles.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """Every item with what becomes of it; POST decides about one."""
    record, actor, content = _read(request, kind, reference)
    audience = _audience(request)
    refusal: LongwatchError | None = None
    if request.method == "POST":
        try:
            _decide(request, record, audience, actor)
            return HttpResponseRedirect(_here(request, audience))
        except (Invalid, Conflict) as error:
            refusal = error
    rows = selectors.decisions(record.id, audience)
    shown, wanted = _shown(_release(record, content, audience, actor), request.GET.get("show", ""))
    lines = [(each, rows.get((each.item.kind, each.item.id))) for each in shown[:MOST_SHOWN]]
    context = _frame(record, audience) | {
        "audiences": _choices(request.path, audience), "lines": lines, "left": max(0, len(shown) - MOST_SHOWN),
        "grounds": Ground.choices, "kinds": Kind.choices, "show": wanted, "refusal": refusal,
    }  # fmt: skip
    return render(request, "exchange/review.html", context, status=refusal.status if refusal else 200)


@require_POST
def cancellation(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Call a bundle off."""
    row = cancel_export(export_id, by=signed_in(request))
    warn(request, _("The bundle is called off."))
    return HttpResponseRedirect(page_of(row))


@require_GET
def file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The bundle as a download, recorded before the first byte."""
    actor = signed_in(request)
    selectors.export(export_id, actor)
    require_recent(request)
    return file_response(request, hand_out(export_id, by=actor))


def page_of(row: Export) -> str:
    """Where the bundles of a record are listed."""
    return reverse(f"exchange:{row.record_kind}", args=[row.reference])


def reached(request: HttpRequest, kind: str, reference: str) -> tuple[RecordRef, Incident | Case, Actor]:
    """The record that an address names, for whoever may take it out; refuses (404, 403) others."""
    reading = Permission.CASE_READ if kind == RecordKind.CASE else Permission.INCIDENT_READ
    actor = require_reading(actor_in(request), reading)
    row: Incident | Case
    if kind == RecordKind.CASE:
        row = case_selectors.case_by_reference(reference)
        record, parts = case_selectors.case_ref(row), case_selectors.parts_inside(row)
    else:
        row = incident_selectors.incident_by_reference(reference)
        record, parts = incident_selectors.incident_ref(row), [row.compartment_id]
    require(actor, Permission.RECORD_EXPORT)
    saw(record.kind, record.id, parts, by=actor)
    return record, row, actor


def _read(request: HttpRequest, kind: str, reference: str) -> tuple[RecordRef, Actor, Content]:
    record, row, actor = reached(request, kind, reference)
    return record, actor, read_content(record, row, actor)


def _audience(request: HttpRequest) -> Audience:
    named = request.POST.get("audience") or request.GET.get("audience") or Audience.INTERNAL
    return Audience(named) if named in Audience.values else Audience.INTERNAL


def _release(record: RecordRef, content: Content, audience: Audience, actor: Actor) -> Release:
    decisions = selectors.decided(selectors.decisions(record.id, audience))
    return redact(
        content.items, PROFILES[audience], decisions, staff=content.staff,
        by_counsel=actor.may(Permission.PRIVILEGE_WORK),
    )  # fmt: skip


def _ask(form: ExportForm, record: RecordRef, actor: Actor) -> int:
    """Ask for the bundle; the status of a refusal, or nothing."""
    if not form.is_valid():
        return Invalid.status
    values = form.cleaned_data
    about = values.pop("about_id", "") or None
    try:
        request_export(record, **values, about_id=UUID(about) if about else None, by=actor)
    except Invalid as error:
        return blame(form, error)
    except Conflict as error:
        form.add_error(None, error.sentence)
        return error.status
    return 0


def _decide(request: HttpRequest, record: RecordRef, audience: Audience, actor: Actor) -> None:
    ending = request.POST.get("end", "")
    if ending:
        try:
            end_decision(record, UUID(ending), by=actor)
        except ValueError:
            raise Invalid("Choose one of the decisions.") from None
        return
    fields = {name: request.POST.get(name, "") for name in ("item_kind", "item_id", "choice", "ground", "reason")}
    decide_item(record, audience=audience, **fields, by=actor)


def _frame(record: RecordRef, audience: Audience) -> dict[str, Any]:
    return {
        "record": record, "audience": audience, "profile": PROFILES[audience],
        "record_url": reverse(NAMESPACES[record.kind], args=[record.reference]),
        "page_url": reverse(f"exchange:{record.kind}", args=[record.reference]),
        "review_url": reverse(f"exchange:{record.kind}-review", args=[record.reference]),
        "share_url": reverse(f"exchange:{record.kind}-share", args=[record.reference]),
        "bundles_url": reverse(f"exchange:{record.kind}-bundles", args=[record.reference]),
    }  # fmt: skip


def _choices(path: str, current: Audience) -> list[dict[str, Any]]:
    return [
        {"name": str(each.label), "url": f"{path}?audience={each.value}", "current": each == current}
        for each in Audience
    ]  # fmt: skip


def _here(request: HttpRequest, audience: Audience) -> str:
    show = request.GET.get("show", "")
    return f"{request.path}?audience={audience.value}" + (f"&show={show}" if show in Kind.values else "")


def _preview(release: Release) -> list[dict[str, Any]]:
    return [
        {"kind": kind.label, "in": found[Treatment.IN], "masked": found[Treatment.MASKED], "out": found[Treatment.OUT]}
        for kind, found in release.counts().items()
    ]


def _people(content: Content) -> list[tuple[str, str]]:
    return [
        (item.id, item.value) for item in content.items
        if item.kind == Kind.NAMED and item.entity_kind == EntityKind.PERSON and item.part != Part.REPORTER
    ]  # fmt: skip


def _masks(release: Release) -> bool:
    """Whether names are replaced while files leave as they are."""
    return bool(release.masker.aliases or release.masker.contacts) and bool(release.of(Kind.EXHIBIT))


def _shown(release: Release, wanted: str) -> tuple[list[Judged], str]:
    kind = wanted if wanted in Kind.values else ""
    told: Iterable[Judged] = release.told()
    return [each for each in told if not kind or each.item.kind == kind], kind
