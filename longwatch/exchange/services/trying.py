# SPDX-License-Identifier: Apache-2.0
"""What a sender would be told about a real signal: shown to who may read it, and sent once when they ask."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.environment import current
from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotFound
from longwatch.core.outbound import Outbound, Trust, target_of
from longwatch.exchange.services.answering import ANSWER_SECONDS, LARGEST_ALONE, LARGEST_ANSWER, MOST_ARRIVALS
from longwatch.exchange.services.syncing import Telling, known_secret, sync_of
from longwatch.exchange.sync_events import SenderSyncTried
from longwatch.exchange.sync_facts import Facts
from longwatch.exchange.sync_rules import Occasion, Request, calls_read, headers_read, request_of, verdict, words_read
from longwatch.exchange.sync_signing import HIDDEN, shown, signed
from longwatch.exchange.sync_template import Missing
from longwatch.intake import selectors
from longwatch.intake.canary_models import Canary
from longwatch.intake.models import DismissReason, Occurrence, Signal, SignalKind, SignalStatus, Source
from longwatch.intake.services.receiving import facts as facts_of_source
from longwatch.records.severity import Severity

MOST_OFFERED = 20
MOST_LOOKED_THROUGH = 1_000
OPEN = (SignalStatus.NEW, SignalStatus.ACKNOWLEDGED)
LONGEST_ANSWER_SHOWN = 2_000
REFERENCES = """
select n.reference from records_link l
  join incidents_incident n on n.id = l.to_id
  join access_compartment c on c.id = n.compartment_id and c.kind = 'operations'
 where l.from_id = %s and l.kind = 'belongs' and l.to_kind = 'incident' and l.ended_at is null
 order by l.id desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One call as it would be sent; what signs in is hidden."""

    number: int
    method: str
    url: str
    headers: Mapping[str, str]
    body: str
    # Why it would not be sent.
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back of a trial."""

    call: Shown
    works: bool
    sentence: str
    answer: str = ""


@dataclass(frozen=True)
class Trial:
    """The calls about a signal on an occasion, and what came back when they were sent."""

    signal_id: UUID
    occasion: str
    calls: Sequence[Shown]
    answers: Sequence[Answered] = field(default_factory=list)


@dataclass(frozen=True)
class Sending:
    """A trial that is about to be sent. It needs no database, and must not keep a transaction open."""

    trial: Trial
    requests: Sequence[tuple[Shown, Request | None]]
    wanted: Telling
    secret: str = field(repr=False)

    def send(self) -> Trial:
        """Send it once, to the sender itself, and say what came back."""
        answers = [
            Answered(each, False, each.missing)
            if request is None
            else _answered(each, request, self.wanted, self.secret)
            for each, request in self.requests
        ]
        return Trial(self.trial.signal_id, self.trial.occasion, self.trial.calls, answers)


def offered(source_id: UUID, by: Actor) -> list[Signal]:
    """Signals of a source to try with: those that the actor may read, what is to be judged first, the newest first.

    Beyond what is to be judged only the newest of the compartment are looked through: no list may sort all there is.
    """
    if not by.may(Permission.SIGNAL_READ):
        return []
    source = selectors.source(by, source_id)
    rows = _told_of(source).only("id", "title", "last_seen").order_by("-first_seen", "-id")
    found = list(rows.filter(status__in=OPEN)[:MOST_OFFERED])
    if len(found) < MOST_OFFERED:
        newest = Signal.objects.filter(compartment_id=source.compartment_id).order_by("-first_seen", "-id")
        window = list(newest.values_list("id", flat=True)[:MOST_LOOKED_THROUGH])
        found += rows.filter(id__in=window).exclude(status__in=OPEN)[: MOST_OFFERED - len(found)]
    return found


def _told_of(source: Source) -> QuerySet[Signal]:
    """Of what its sender would be told (sql/syncs.sql): no test signals, nothing quiet, nothing elsewhere."""
    canaries = Canary.objects.filter(source_id=source.id, signal_id=OuterRef("id"))
    rows = Signal.objects.filter(source_id=source.id, compartment_id=source.compartment_id, suppression_id=None)
    return rows.filter(~Exists(canaries), kind=SignalKind.ALERT)


def preview(source_id: UUID, wanted: Telling, signal_id: UUID, occasion: str, *, by: Actor) -> Trial:
    """What exactly would be sent; nothing is."""
    facts, calls, headers = _ready(source_id, wanted, signal_id, occasion, by)
    return Trial(signal_id, occasion, [_shown(number, call, wanted, headers, facts) for number, call in calls])


def begin_trial(source_id: UUID, wanted: Telling, signal_id: UUID, occasion: str, *, by: Actor) -> Sending:
    """Have the ledger tell that it is sent, and make it ready: sent it is when that is committed."""
    facts, calls, headers = _ready(source_id, wanted, signal_id, occasion, by)
    shown_calls = [_shown(number, call, wanted, headers, facts) for number, call in calls]
    source = selectors.source(by, source_id)
    host, secret = target_of(wanted.url).shown, known_secret(sync_of(source_id, by), wanted)
    requests: list[tuple[Shown, Request | None]] = []
    for each, (_number, call) in zip(shown_calls, calls, strict=True):
        if each.missing:
            requests.append((each, None))
            continue
        with transaction.atomic():
            event = SenderSyncTried(subject_id=source.id, source=source.name, host=host, call=each.method)
            ledger.append(event, by=by)
        requests.append((each, request_of(call, headers, facts)))
    return Sending(Trial(signal_id, occasion, shown_calls), requests, wanted, secret)


def _answered(each: Shown, request: Request, wanted: Telling, secret: str) -> Answered:
    sender = Outbound(
        wanted.url, Trust(wanted.authorities, wanted.verified), seconds=ANSWER_SECONDS, largest=LARGEST_ANSWER
    )
    try:
        headers = signed(request.headers, wanted.scheme, wanted.user, secret)
        answer = sender.request(request.method, request.path, request.body, headers)
    except LongwatchError as refusal:
        return Answered(each, False, refusal.sentence)
    works = 200 <= answer.status < 300
    sentence = f"It answered with status {answer.status}."
    text = _without(secret, wanted.user, answer.body.decode("utf-8", "replace"))[:LONGEST_ANSWER_SHOWN]
    return Answered(each, works, sentence, text)


def _without(secret: str, user: str, text: str) -> str:
    """Some answers repeat what they were asked with: hidden is the secret, also as it is sent and quoted."""
    if not secret:
        return text
    encoded = base64.b64encode(f"{user}:{secret}".encode()).decode()
    for each in (encoded, encoded.rstrip("="), json.dumps(secret)[1:-1], quote(secret, safe=""), secret):
        text = text.replace(each, HIDDEN)
    return text


def _ready(
    source_id: UUID, wanted: Telling, signal_id: UUID, occasion: str, by: Actor
) -> tuple[Facts, list[tuple[int, dict[str, Any]]], dict[str, str]]:  # fmt: skip
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    require(by, Permission.SIGNAL_READ)
    signal = Signal.objects.filter(id=signal_id, source_id=source_id).first()
    if signal is None:
        raise NotFound
    if not _told_of(source).filter(id=signal_id).exists():
        raise Conflict(
            "The sender is told nothing of this signal: it is a test signal, kept quiet, or in another compartment.",
            code="not_told",
        )
    if occasion not in set(Occasion):
        raise Invalid("Choose what happens.", fields={"occasion": f"Use one of: {', '.join(Occasion)}."})
    target_of(wanted.url)
    calls = [(n, call) for n, call in enumerate(calls_read(wanted.calls), 1) if occasion in call["occasions"]]
    return _facts(source, signal, wanted, occasion, by), calls, headers_read(wanted.headers)


def _facts(source: Source, signal: Signal, wanted: Telling, occasion: str, by: Actor) -> Facts:
    """As if it happened now, by whoever asks; the outcome is a sample where there is none."""
    known = facts_of_source(source)
    outcome = (signal.dismiss_reason or DismissReason.FALSE_POSITIVE.value) if occasion == Occasion.DISMISSED else ""
    rows = Occurrence.objects.filter(signal_id=signal.id).order_by("-at", "-id").values_list("raw", flat=True)
    raws = [bytes(raw) for raw in rows[:MOST_ARRIVALS]]
    return Facts(
        signal=str(signal.id), link=f"{current().base_url}/signals/{signal.id}", title=signal.title,
        severity=Severity(signal.severity).word, status=occasion, outcome=outcome,
        verdict=verdict(words_read(wanted.words), outcome), judged_by=by.label if wanted.tells_who else "",
        reason=(signal.dismiss_note or "A sample of a note.") if wanted.tells_why and outcome else "",
        reference=_reference(signal, occasion), at=clock.now(),
        raws=[raw for raw in raws if len(raw) <= LARGEST_ALONE], format=known.format, zone=known.time_zone,
        own=known.own,
    )  # fmt: skip


def _reference(signal: Signal, occasion: str) -> str:
    """That of the incident, as far as whoever asks may see it; a sample where there is none yet."""
    if occasion not in (Occasion.TAKEN, Occasion.CLOSED):
        return ""
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES, [signal.id])
        found = cursor.fetchone()
    return str(found[0]) if found else "INC-0000-0000"


def _shown(
    number: int, call: Mapping[str, Any], wanted: Telling, headers: Mapping[str, str], facts: Facts
) -> Shown:  # fmt: skip
    target = target_of(wanted.url)
    place = f"{target.scheme}://{target.shown}{target.path}"
    try:
        request = request_of(call, headers, facts)
    except Missing as missing:
        return Shown(number, call["method"], place + call["path"], {}, "", missing.sentence)
    visible = shown(request.headers, wanted.scheme, wanted.user)
    return Shown(number, request.method, place + request.path, visible, request.body.decode())
