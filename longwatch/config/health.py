# SPDX-License-Identifier: Apache-2.0
"""What a load balancer and an operator ask: is the process up, and is everything behind it ready?"""

from collections.abc import Callable
from typing import Any

import psycopg
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from longwatch.access.actors import actor_of_token
from longwatch.access.permission import actor_in
from longwatch.access.roles import Permission
from longwatch.config.schema import STORED, comment
from longwatch.core.errors import LongwatchError
from longwatch.integrity.selectors import standing
from longwatch.ledger.anchors.keeping import AnchorState, states
from longwatch.version import VERSION

HEARTBEAT_SECONDS = 60
COARSE = 10_000
DAY = len("2026-11-22")
Check = Callable[[], dict[str, Any]]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nothing else."""
    return JsonResponse({"status": "ok", "version": VERSION})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether database, worker and ledger are ready: 200, or 503 with what is not.

    How much the ledger holds and when it grew is for auditors: a stranger who asks often would see each report arrive.
    """
    checks = {name: _asked(check) for name, check in CHECKS.items()}
    if not _is_auditor(request):
        checks["ledger"] = _for_strangers(checks["ledger"])
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _is_auditor(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        actor = actor_of_token(token.strip()) if scheme.lower() == "bearer" else actor_in(request)
    except (LongwatchError, DatabaseError, psycopg.Error):
        return False
    return actor is not None and actor.may(Permission.LEDGER_READ)


def _for_strangers(ledger: dict[str, Any]) -> dict[str, Any]:
    """Whether it keeps up: numbers rounded down, the day alone, and what waits only when it waits too long."""
    if "sealed" not in ledger:
        return ledger
    waits = ledger["late"]
    return {
        **ledger,
        "sealed": ledger["sealed"] // COARSE * COARSE, "last_sealed_at": (ledger["last_sealed_at"] or "")[:DAY] or None,
        "unsealed": ledger["unsealed"] if waits else 0, "lag_seconds": ledger["lag_seconds"] if waits else 0.0,
        "anchors": [{name: each[name] for name in ("name", "ok", "alarm")} for each in ledger["anchors"]],
    }  # fmt: skip


def _asked(check: Check) -> dict[str, Any]:
    try:
        return check()
    except (DatabaseError, psycopg.Error):
        # The reason is in the log of the database; strangers may ask this page.
        return {"ok": False, "detail": "The database does not answer."}


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(STORED)
        current = cursor.fetchone() == (comment(),)
    return {"ok": current, "detail": "" if current else "The database is of another version: run longwatch migrate."}


def _worker() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
        (age,) = cursor.fetchone() or (None,)
    ok = age is not None and age < HEARTBEAT_SECONDS
    return {"ok": ok, "heartbeat_age_seconds": None if age is None else round(float(age), 1)}


def _ledger() -> dict[str, Any]:
    """How far the ledger is sealed and anchored. What lags or fails is shown, not refused: nothing is lost by it."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regprocedure('ledger_standing()') is not null")
        if cursor.fetchone() != (True,):
            return {"ok": True, "unsealed": None}
    now = standing()
    return {
        "ok": True, "sealed": now.sealed, "last_sealed_at": now.sealed_at and now.sealed_at.isoformat(),
        "unsealed": now.waiting, "lag_seconds": round(now.lag.total_seconds(), 1), "late": now.is_late,
        "anchors": [_anchor(each) for each in states()],
    }  # fmt: skip


def _fetching() -> dict[str, Any]:
    """How many feeds and connections to tools cannot be fetched. Shown, not refused: the rest goes on."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regprocedure('enrichment_fetching()') is not null")
        if cursor.fetchone() != (True,):
            return {"ok": True, "failing": None}
        cursor.execute("select what, n from enrichment_fetching() where state = 'failing'")
        failing = dict(cursor.fetchall())
    return {"ok": True, "failing": {what: failing.get(what, 0) for what in ("feeds", "polls")}}


def _anchor(state: AnchorState) -> dict[str, Any]:
    """Neither where it leads nor what it said: strangers may ask this page."""
    return {
        "name": state.name, "ok": state.ok, "alarm": state.alarm, "size": state.size,
        "kept_at": state.at and state.at.isoformat(),
    }  # fmt: skip


# These pages must answer when the database does not.
healthz.own_transaction = True  # type: ignore[attr-defined]
readyz.own_transaction = True  # type: ignore[attr-defined]

CHECKS: dict[str, Check] = {"database": _database, "worker": _worker, "ledger": _ledger, "fetching": _fetching}
