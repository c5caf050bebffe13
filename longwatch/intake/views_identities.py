# SPDX-License-Identifier: Apache-2.0
"""Who a reporter is: asked for with a reason, decided by a custodian, read by one person for a time."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import actor_in, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.intake.forms import DisclosureForm
from longwatch.intake.services import identities
from longwatch.web.toasts import say


@never_cache
@require_GET
def identity(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """What the reporter said about themself; whoever looks is recorded."""
    actor = signed_in(request)
    require_recent(request)
    told = identities.read_identity(signal_id, by=actor)
    lines = [(_("Name"), told.get("name")), (_("Telephone"), told.get("phone")), (_("E-mail"), told.get("email"))]
    context = {
        "lines": [(label, value) for label, value in lines if value], "signal_id": signal_id,
        "disclosures": identities.disclosures_of(signal_id), "custodian": actor.may(Permission.IDENTITY_DISCLOSE),
    }  # fmt: skip
    return render(request, "intake/identity.html", context)


@require_POST
def requests(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Ask the custodian who sent a report."""
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    identities.ask_for_identity(signal_id, request.POST.get("motivation", ""), by=actor)
    say(request, _("The custodian was asked."))
    return redirect("intake:signal", signal_id=signal_id)


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """The requests that wait for the custodian, and what was decided before."""
    actor = require_reading(actor_in(request), Permission.IDENTITY_DISCLOSE)
    return _waiting(request, [(row, _form(row.id)) for row in identities.requests_to_custodian(actor)])


@require_POST
def granting(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Tell the one who asked, for a time."""
    require_recent(request)
    actor = require_reading(actor_in(request), Permission.IDENTITY_DISCLOSE)
    form = _form(disclosure_id, request.POST)
    if not form.is_valid():
        return _again(request, disclosure_id, form, actor)
    row = identities.grant(disclosure_id, days=form.cleaned_data["days"], note=request.POST.get("note", ""), by=actor)
    say(request, _("%(name)s can read who the reporter is until then.") % {"name": row.asked_by.name})
    return redirect("intake:identities")


@require_POST
def denial(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Refuse, saying why."""
    actor = require_reading(actor_in(request), Permission.IDENTITY_DISCLOSE)
    try:
        identities.deny(disclosure_id, note=request.POST.get("note", ""), by=actor)
    except LongwatchError as refusal:
        if refusal.status != 422:
            raise
        form = _form(disclosure_id, request.POST)
        form.add_error("note", refusal.sentence)
        return _again(request, disclosure_id, form, actor)
    say(request, _("The request was refused."))
    return redirect("intake:identities")


def _form(disclosure_id: UUID, sent: QueryDict | None = None) -> DisclosureForm:
    # Several stand on one page: each has names of its own for its fields' labels.
    return DisclosureForm(sent, auto_id=f"decision-{disclosure_id}-%s")


def _again(request: HttpRequest, disclosure_id: UUID, form: DisclosureForm, actor: Actor) -> HttpResponse:
    rows = identities.requests_to_custodian(actor)
    return _waiting(request, [(row, form if row.id == disclosure_id else _form(row.id)) for row in rows], status=422)


def _waiting(request: HttpRequest, rows: Sequence[tuple[object, DisclosureForm]], status: int = 200) -> HttpResponse:
    return render(request, "intake/identities.html", {"rows": rows}, status=status)
