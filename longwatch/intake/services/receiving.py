# SPDX-License-Identifier: Apache-2.0
"""Receiving a signal inside the caller's transaction: the report form and the demo story.

Machines take the short way (longwatch.intake.fast); the statement is the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from longwatch.core.actor import Actor
from longwatch.core.discretion import fresh_id
from longwatch.core.errors import LongwatchError, NotAllowed
from longwatch.intake.arrival import Arrival, Received, SourceFacts, arrive, understood
from longwatch.intake.lines import MOST_LISTED, lines_of
from longwatch.intake.mapping.own import OwnReading, reading_of
from longwatch.intake.models import SignalKind, Source
from longwatch.intake.quiet_rules import QuietRule, quiet_rules
from longwatch.intake.statement import JSON, RECEIVE, outcomes, parameters
from longwatch.intake.submission import SignalIn, check
from longwatch.web.live import announce

MONTHS_BACK = 24


def receive(
    source: Source, payload: bytes | SignalIn, *, report: Mapping[str, Any] | None = None, content_type: str = JSON,
    by: Actor, unsafe_received_at: datetime | None = None, compartment: UUID | None = None,
) -> Received:  # fmt: skip
    """Store one signal of a source and return what became of it.

    Bytes are read as the API reads them and kept as they are (of several signals in them, all are stored and the first
    is returned); a SignalIn is kept as its JSON. `report` holds what
    our own form asked beyond the signal. `unsafe_received_at` is for the demo story only: it says that the signal
    came at another time than now, which nobody else may claim; the ledger's entry keeps the real time.
    `compartment` is where a report goes that not everybody who reads the source's reports may see.
    """
    if not source.enabled:
        raise NotAllowed("This source is switched off.", code="source_disabled")
    arrivals = [replace(each, id=fresh_id(by)) for each in _arrivals(facts(source), payload, report, content_type)]
    return _store(source, arrivals, content_type, by, unsafe_received_at, compartment)[0]


def receive_all(source: Source, payload: bytes, *, content_type: str = JSON, by: Actor) -> list[Received]:
    """Store every signal in the bytes, and return what became of each."""
    if not source.enabled:
        raise NotAllowed("This source is switched off.", code="source_disabled")
    return _store(source, _arrivals(facts(source), payload, None, content_type), content_type, by)


def _store(
    source: Source, arrivals: Sequence[Arrival], content_type: str, by: Actor, seen_at: datetime | None = None,
    compartment: UUID | None = None,
) -> list[Received]:  # fmt: skip
    values = parameters(
        by, facts(source), arrivals, content_type=content_type, seen_at=seen_at, compartment=compartment
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if seen_at is not None:
            cursor.execute("select ensure_month_partitions('intake_occurrence', %s, 3)", [MONTHS_BACK])
        cursor.execute(RECEIVE, values)
        received = outcomes(arrivals, cursor.fetchall())
        announce("inbox", compartment or source.compartment_id, new=sum(each.created for each in received))
    return received


def receive_lines(source: Source, body: bytes, *, by: Actor) -> dict[str, Any]:
    """Store each line of NDJSON; bad lines are listed and do no harm to the others."""
    created, repeated, errors = 0, 0, []
    for number, line in lines_of(body):
        try:
            with transaction.atomic():
                received = receive_all(source, line, by=by)
        except LongwatchError as error:
            named = getattr(error, "fields", None) or {"body": error.sentence}
            errors += [{"line": number, "field": field, "detail": detail} for field, detail in named.items()][:1]
        else:
            new = sum(each.created for each in received)
            created, repeated = created + new, repeated + len(received) - new
    counts = {"accepted": created + repeated, "created": created, "repeated": repeated, "rejected": len(errors)}
    return {**counts, "errors": errors[:MOST_LISTED]}


def facts(source: Source) -> SourceFacts:
    """What receiving needs to know of a source."""
    quiet, own = _stored(source)
    return SourceFacts(
        id=source.id, org_id=source.org_id, compartment_id=source.compartment_id, slug=source.slug,
        name=source.name, kind=source.kind, dedup_fields=source.dedup_fields,
        default_severity=source.default_severity, rate_per_second=source.rate_per_second, burst=source.burst,
        enabled=source.enabled, quiet=quiet, format=source.format, time_zone=source.time_zone, own=own,
    )  # fmt: skip


def _stored(source: Source) -> tuple[Sequence[QuietRule], OwnReading | None]:
    """What people set up for what a source sends: the rules that keep it quiet, and its own mapping."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_quiet_rules(%s), intake_own_mapping(%s, %s)", [source.id] * 2 + [source.format])
        rules, mapping = (json.loads(found) if isinstance(found, str) else found for found in cursor.fetchone())
    return quiet_rules(rules) if source.kind == SignalKind.ALERT else (), reading_of(mapping)


def _arrivals(
    source: SourceFacts, payload: bytes | SignalIn, report: Mapping[str, Any] | None, content_type: str
) -> list[Arrival]:
    if isinstance(payload, SignalIn):
        whole = msgspec.to_builtins(payload) | ({"report": dict(report)} if report else {})
        return [arrive(source, check(payload), msgspec.json.encode(whole), report)]
    pieces = understood(source, payload, content_type).pieces
    return [arrive(source, each.signal, each.raw, report, read_as=each.format) for each in pieces]
