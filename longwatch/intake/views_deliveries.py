# SPDX-License-Identifier: Apache-2.0
"""A source's page: how it is doing, and what of it could not be read."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.intake import selectors, source_figures, source_health
from longwatch.intake.delivery_models import DeliveryState
from longwatch.intake.models import Source
from longwatch.intake.rawview import view_of
from longwatch.intake.services.deliveries import Replayed, ask_replay, is_replaying, replay_delivery
from longwatch.intake.services.settling_again import try_again
from longwatch.intake.services.sources import change_source
from longwatch.web.toasts import say

MINUTE = 60
LONGEST_HEARTBEAT = 31 * 24 * 60


class HeartbeatForm(forms.Form):
    """After how long a silence something is wrong."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Expected at least every … minutes"), required=False, min_value=1,
        max_value=LONGEST_HEARTBEAT,
        help_text=gettext_lazy(
            "When nothing comes for longer, supervisors get a notice. Empty: nothing is expected of it."
        ),
        error_messages={"invalid": gettext_lazy("Enter a whole number of minutes.")},
    )  # fmt: skip


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def source_page(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """How one source is doing; the form says what is expected of it."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    minutes = source.heartbeat_seconds // MINUTE if source.heartbeat_seconds else None
    form = HeartbeatForm(request.POST if request.method == "POST" else None, initial={"minutes": minutes})
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data["minutes"]
        change_source(source_id, {"heartbeat_seconds": wanted * MINUTE if wanted else None}, by=actor)
        say(request, _("Saved."))
        return _back(source_id)
    context = {"form": form, "section": "sources"} | _standing(actor, source)
    return render(request, "intake/source.html", context, status=422 if form.is_bound else 200)


def _standing(actor: Actor, source: Source) -> dict[str, Any]:
    now = clock.now()
    listed = list(source_health.failed(actor, source.id)[: source_health.MOST_LISTED])
    hours = source_health.volume(source.id, now)
    return {
        "source": source,
        "standing": source_health.standing(source, source_health.healths(), now),
        "hours": hours,
        "figures": source_figures.figures(source.id),
        "arrivals": sum(hour.arrivals for hour in hours),
        "failed": listed,
        "replaying": bool(listed) and is_replaying(source.id),
        "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER),
    }


@require_GET
def delivery_page(request: HttpRequest, source_id: UUID, delivery_id: UUID) -> HttpResponse:
    """One body that was kept, safe to look at."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    found = source_health.delivery(actor, source_id, delivery_id)
    raw = bytes(found.raw)
    context = {
        "source": source, "delivery": found, "shown": view_of(raw), "size": len(raw), "section": "sources",
        "sha256": bytes(found.sha256).hex(), "failed": found.state == DeliveryState.FAILED,
        "may_map": actor.may(Permission.SIGNAL_TRIAGE),
    }  # fmt: skip
    return render(request, "intake/delivery.html", context)


@require_GET
def delivery_raw(request: HttpRequest, source_id: UUID, delivery_id: UUID) -> HttpResponse:
    """The bytes as they came, to be kept as a file."""
    found = source_health.delivery(_manager(request), source_id, delivery_id)
    response = HttpResponse(bytes(found.raw), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="delivery-{delivery_id}.raw"'
    return response


@require_POST
def replay_one(request: HttpRequest, source_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Read a body again, such as after its mapping was mended."""
    actor = _manager(request)
    source_health.delivery(actor, source_id, delivery_id)
    try:
        told = _told(replay_delivery(delivery_id, by=actor))
    except Invalid as still:
        told = still.sentence
    say(request, told)
    return _back(source_id)


@require_POST
def replay_every(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Have all bodies of a source read again that could not be read."""
    actor = _manager(request)
    ask_replay(source_id, by=actor)
    say(request, _("They are being read again; the number that is left falls."))
    return _back(source_id)


@require_POST
def settle_again(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Have signals of a source grouped and enriched that the engine gave up."""
    count = try_again(source_id, by=_manager(request))
    told = ngettext("%(count)s signal is tried again.", "%(count)s signals are tried again.", count)
    say(request, told % {"count": count} if count else _("Nothing waits to be tried again."))
    return HttpResponseRedirect(reverse("health"))


def _told(replayed: Replayed) -> str:
    signals = ngettext("%(count)s signal was read.", "%(count)s signals were read.", replayed.signals)
    told = signals % {"count": replayed.signals}
    if not replayed.unreadable:
        return told
    left = ngettext(
        "%(count)s body still cannot be read.", "%(count)s bodies still cannot be read.", replayed.unreadable
    )
    return f"{told} {left % {'count': replayed.unreadable}}"


def _back(source_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("intake-sources:source", args=[source_id]))
