# SPDX-License-Identifier: Apache-2.0
"""Pages of rules that keep alerts quiet: known noise and planned work."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access import selectors as access_selectors
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed
from longwatch.core.ids import uuid_or_none
from longwatch.intake import quiet_selectors, selectors
from longwatch.intake.quiet_forms import EndForm, MaintenanceForm, QuietForm, like
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.quiet_preview import Preview, would_keep_quiet
from longwatch.intake.quiet_rules import DAY, SHORT, QuietKind
from longwatch.intake.services.quieting import (
    LONGEST_NAME,
    compartment_for,
    end_quiet,
    extend_quiet,
    keep_quiet_again,
)
from longwatch.records.severity import Severity
from longwatch.web.forms import blame
from longwatch.web.toasts import say


def _judge(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SIGNAL_TRIAGE)


def _reader(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SIGNAL_READ)


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules in force and to come, or those that are over."""
    actor = _reader(request)
    over = request.GET.get("show") == "over"
    page = quiet_selectors.suppressions(actor, over=over, cursor=request.GET.get("after") or None)
    here = reverse("intake:quiet-rules") + ("?show=over" if over else "")
    joint = "&" if over else "?"
    context = {
        "rows": quiet_selectors.counted(page.rows), "over": over, "tabs": _tabs(over),
        "may_triage": actor.may(Permission.SIGNAL_TRIAGE),
        "older_url": f"{here}{joint}after={page.next_cursor}" if page.next_cursor else "",
        "newest_url": "" if page.first else here,
    }  # fmt: skip
    return render(request, "intake/quiet_list.html", context)


def _tabs(over: bool) -> list[dict[str, Any]]:
    here = reverse("intake:quiet-rules")
    return [
        {"name": _("In force and to come"), "url": here, "current": not over},
        {"name": _("Over"), "url": f"{here}?show=over", "current": over},
    ]


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Say which alerts are kept quiet, why and until when; look first what that would have done."""
    actor = _judge(request)
    form = _asked(request, actor)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        made = _made(form, actor)
        if made:
            say(request, _said_of(made))
            return HttpResponseRedirect(reverse("intake:quiet-rule", args=[made[0].id]))
    preview, fault = _preview(form, actor)
    context: dict[str, Any] = {
        "form": form, "preview": preview, "fault": fault,
        "maintenance": form.kind == QuietKind.MAINTENANCE, "looked": "look" in request.POST,
    }  # fmt: skip
    if "look" in request.POST:
        part = "quiet_preview" if request.headers.get("HX-Request") else "quiet_new"
        return render(request, f"intake/{part}.html", context)
    return render(request, "intake/quiet_new.html", context, status=422 if form.is_bound else 200)


def _asked(request: HttpRequest, actor: Actor) -> QuietForm:
    """The form as it was sent, or with what a signal or nothing fills it."""
    kind = request.GET.get("kind")
    form_class = MaintenanceForm if kind == QuietKind.MAINTENANCE else QuietForm
    if request.method == "POST":
        form = form_class(request.POST)
    else:
        form = form_class(initial=_initial(request, actor, form_class.kind))
    return form.offer(access_selectors.people(actor), selectors.reading_compartments(), selectors.sources(actor))


def _initial(request: HttpRequest, actor: Actor, kind: str) -> dict[str, Any]:
    begin = timezone.localtime(clock.now()).replace(second=0, microsecond=0)
    initial: dict[str, Any] = {"owner": str(actor.id), "expires_at": begin + DAY}
    if kind == QuietKind.MAINTENANCE:
        initial |= {"starts_at": begin, "expires_at": begin + DAY / 12, "up_to_severity": Severity.CRITICAL}
    wanted = uuid_or_none(request.GET.get("signal", ""))
    if wanted is None:
        return initial
    signal = selectors.signal(wanted)
    initial |= {"name": signal.title[:LONGEST_NAME], "compartment": str(signal.compartment_id)}
    return initial | {"conditions": like(signal)}


def _made(form: QuietForm, actor: Actor) -> list[Suppression]:
    """The rules that were made; none when they were refused, which stands at its field then."""
    try:
        return keep_quiet_again(form.wanted(), form.windows(), by=actor)
    except Invalid as refusal:
        blame(form, refusal)
    except NotAllowed:
        form.add_error("expires_at", _only_short())
    return []


def _only_short() -> str:
    return _("Longer than %(days)s days from now is for those who manage sources. Choose an earlier end.") % {
        "days": SHORT.days
    }


def _said_of(made: list[Suppression]) -> str:
    if len(made) > 1:
        told = ngettext("%(count)s window is planned.", "%(count)s windows are planned.", len(made))
        return told % {"count": len(made)}
    return _("“%(name)s” keeps these alerts quiet. They are stored and counted all the same.") % {"name": made[0].name}


def _preview(form: QuietForm, actor: Actor) -> tuple[Preview | None, str]:
    """What it would have done, or what stands against asking; nothing while nothing is said."""
    given = form.all_conditions()
    if form.is_bound and (wrong := form.errors.get("conditions")):
        return None, str(wrong[0])
    if not given:
        return None, _("Say first which alerts are meant.") if form.is_bound else ""
    values = form.cleaned_data if form.is_bound else form.initial
    severity = values.get("up_to_severity")
    try:
        compartment = compartment_for(uuid_or_none(str(values.get("compartment") or "")))
        return would_keep_quiet(actor, given, Severity.HIGH if severity is None else int(severity), compartment), ""
    except Invalid as refusal:
        return None, refusal.sentence


@require_http_methods(["GET", "POST"])
def rule_page(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """One rule with what it kept quiet, and the form for another end."""
    actor = _reader(request)
    rule = quiet_selectors.suppression(actor, rule_id)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"expires_at": rule.expires_at})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            extend_quiet(rule.id, **form.cleaned_data, by=_judge(request))
        except Invalid as refusal:
            status = blame(form, refusal)
        except Conflict as refusal:
            form.add_error(None, refusal.sentence)
            status = refusal.status
        except NotAllowed:
            form.add_error("expires_at", _only_short())
        else:
            say(request, _("Saved."))
            return HttpResponseRedirect(reverse("intake:quiet-rule", args=[rule.id]))
    [counted] = quiet_selectors.counted([rule])
    context = {
        "counted": counted, "rule": rule, "form": form, "signals": quiet_selectors.newest_kept(rule),
        "may_triage": actor.may(Permission.SIGNAL_TRIAGE), "history": quiet_selectors.history(rule, actor),
    }  # fmt: skip
    return render(request, "intake/quiet_rule.html", context, status=status)


@require_POST
def ending(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Let these alerts be heard again."""
    rule = end_quiet(rule_id, by=_judge(request))
    say(request, _("“%(name)s” has ended: these alerts are heard when they come again.") % {"name": rule.name})
    return HttpResponseRedirect(reverse("intake:quiet-rules"))
