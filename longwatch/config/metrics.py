# SPDX-License-Identifier: Apache-2.0
"""`/metrics` for Prometheus, when the operator switched it on, and the page Health for people."""

import hmac
import ipaddress

import psycopg
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.config.gauges import exposition, gauges, seen
from longwatch.config.health import HEARTBEAT_SECONDS
from longwatch.core.environment import METRICS, current
from longwatch.intake.services.settling_again import given_up
from longwatch.integrity.selectors import LATE

LOOPBACK = "loopback"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A request that came through a proxy comes from wherever the proxy says, not from here.
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
# More than this waiting for so long is worth a look.
UNSETTLED_SECONDS = 60.0
FETCHING = ("active", "failing", "paused")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for whoever may have them; for everybody else there is nothing here."""
    if not _may(request):
        raise Http404
    try:
        text = exposition(gauges())
    except (DatabaseError, psycopg.Error):
        text = "# TYPE longwatch_up gauge\nlongwatch_up 0\n"
    return HttpResponse(text, content_type=CONTENT_TYPE)


def _may(request: HttpRequest) -> bool:
    wanted = current().text(METRICS)
    if not wanted:
        return False
    if wanted == LOOPBACK:
        return not any(name in request.headers for name in FORWARDED) and _is_here(request.META.get("REMOTE_ADDR", ""))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), wanted.encode())


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@require_GET
def health_page(request: HttpRequest) -> HttpResponse:
    """How the installation is doing, for supervisors and administrators."""
    actor = require_reading(actor_in(request), Permission.SOURCE_MANAGE)
    found = {(each.name, each.label): each.value for each in gauges()} | seen()

    def value(name: str, label: str = "") -> float:
        return found.get((name, label), 0.0)

    context = {
        "section": "health", "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER), "given_up": given_up(),
        "alone": bool(value("alone")),
        "worker_age": found.get(("worker_heartbeat_seconds", "")),
        "worker_late": found.get(("worker_heartbeat_seconds", ""), HEARTBEAT_SECONDS) >= HEARTBEAT_SECONDS,
        "sealed": int(value("ledger_entries_sealed")), "waiting": int(value("ledger_entries_waiting")),
        "lag": value("ledger_lag_seconds"), "lag_late": value("ledger_lag_seconds") > LATE.total_seconds(),
        "unsettled": int(value("unsettled_signals")), "unsettled_age": value("unsettled_oldest_seconds"),
        "unsettled_late": value("unsettled_oldest_seconds") > UNSETTLED_SECONDS,
        "unreadable": int(value("unread_deliveries")), "jobs_waiting": int(value("jobs", "todo")),
        "jobs_running": int(value("jobs", "doing")), "jobs_failed": int(value("jobs", "failed")),
        "webhooks": {state: int(value("webhooks", state)) for state in ("active", "failing", "paused")},
        "feeds": {state: int(value("feeds", state)) for state in FETCHING},
        "polls": {state: int(value("polls", state)) for state in FETCHING},
        "refused": int(value("webhook_events_refused")), "behind": int(value("webhook_behind_entries")),
    }  # fmt: skip
    return render(request, "web/admin/health.html", context)


# Must answer when the database does not.
metrics.own_transaction = True  # type: ignore[attr-defined]
