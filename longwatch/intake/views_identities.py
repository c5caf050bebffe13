# SPDX-License-Identifier: Apache-2.0
"""Who a reporter is: asked for with a reason, decided by a custodian, read by one person for a time."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import actor_in, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
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
    return _waiting(request, [(row, DisclosureForm()) for row in identities.requests_to_custodian(actor)])


@require_POST
def granting(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Tell the one who asked, for a time."""
    require_recent(request)
    actor = require_reading(actor_in(request), Permission.IDENTITY_DISCLOSE)
    form = DisclosureForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    row = identities.grant(disclosure_id, days=days, note=request.POST.get("note", ""), by=actor)
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
        rows = identities.requests_to_custodian(actor)
        form = DisclosureForm(request.POST)
        form.add_error("note", refusal.sentence)
        shown = [(row, form if row.id == disclosure_id else DisclosureForm()) for row in rows]
        return _waiting(request, shown, status=422)
    say(request, _("The request was refused."))
    return redirect("intake:identities")


def _waiting(request: HttpRequest, rows: Sequence[tuple[object, DisclosureForm]], status: int = 200) -> HttpResponse:
    return render(request, "intake/identities.html", {"rows": rows}, status=status)
