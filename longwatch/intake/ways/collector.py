# SPDX-License-Identifier: Apache-2.0
"""/services/collector: what speaks Splunk's HTTP Event Collector can send here instead, with a token of ours."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from longwatch.core import clock
from longwatch.core.errors import LongwatchError, NotAllowed, SignInNeeded, TooLarge, TooMany
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.fast.answers import JSON, Answer, Receive, Scope
from longwatch.intake.fast.body import header
from longwatch.intake.opening import Contents, Opened, open_body, open_parts
from longwatch.intake.submission import MOST_ENTITIES, EntityIn, SignalIn
from longwatch.intake.ways.bodies import in_time, unpacked
from longwatch.intake.ways.delivering import Came, deliver_opened, keep_only

if TYPE_CHECKING:
    from longwatch.intake.fast.serving import Intake

PREFIX = "/services/collector"
RAW, HEALTH = f"{PREFIX}/raw", f"{PREFIX}/health"
PATHS = frozenset({PREFIX, f"{PREFIX}/event", f"{PREFIX}/event/1.0", RAW, f"{RAW}/1.0", HEALTH, f"{HEALTH}/1.0"})
LINES = "application/x-ndjson"
EVENTS = "application/json"
LONGEST_TITLE = 300
LONGEST_HOST = 500
LAST_SECOND = 32_503_680_000.0
_decoder = json.JSONDecoder()


class Refused(LongwatchError):
    """A refusal with the number that senders of this kind know; they read nothing else."""

    def __init__(self, text: str, code: int, status: int = 400, event: int | None = None) -> None:
        super().__init__(text)
        self.number, self.http, self.event = code, status, event


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a body, with its bytes."""

    document: dict[str, Any]
    raw: bytes


async def answer(intake: "Intake", scope: Scope, receive: Receive) -> Answer:
    """Take one request, and answer in the words of that collector."""
    if scope["path"].startswith(HEALTH):
        return _said("HEC is healthy", 17)
    try:
        return await _taken(intake, scope, receive)
    except Refused as refusal:
        return _said(refusal.sentence, refusal.number, refusal.http, refusal.event)
    except TooMany as refusal:
        wait = (b"retry-after", b"%d" % refusal.retry_after)
        busy = _said("Server is busy", 9, 503)
        return replace(busy, headers=(*busy.headers, wait))
    except TooLarge as refusal:
        return _said(refusal.sentence, 27, 413)


async def _taken(intake: "Intake", scope: Scope, receive: Receive) -> Answer:
    if scope["method"] != "POST":
        raise Refused("Method not allowed", 405, 405)
    authorization = token_in(header(scope, b"authorization"))
    try:
        sender = await intake.tokens.sender(authorization)
        source = await intake.tokens.source(sender, "")
    except SignInNeeded as error:
        intake.strangers.failed(scope)
        raise Refused("Invalid token", 4, 403) from error
    except NotAllowed as error:
        raise Refused(error.sentence, 1, 403) from error
    except LongwatchError as error:
        raise Refused("Use a token that is bound to one source", 7) from error
    raw = unpacked(scope, await in_time(scope, receive))
    by = replace(sender.actor, via="collector")
    in_lines = scope["path"].startswith(RAW)
    came = Came(raw, LINES if in_lines else EVENTS)
    try:
        contents = lines_in(raw, source) if in_lines else opened_events(events_in(raw), raw, source)
    except Refused as refusal:
        await keep_only(intake, source, came, refusal.sentence, by=by)
        raise
    if contents.opened:
        await deliver_opened(intake, source, came, contents, by=by)
    else:
        await keep_only(intake, source, came, contents.reason, by=by)
    return _said("Success", 0)


def token_in(authorization: bytes) -> bytes:
    """The token as we know it, from `Splunk <token>`, or from the password of basic authentication."""
    scheme, _, value = authorization.partition(b" ")
    if not value.strip():
        raise Refused("Token is required", 2, 401)
    if scheme.lower() in (b"splunk", b"bearer"):
        return b"Bearer " + value.strip()
    if scheme.lower() != b"basic":
        raise Refused("Invalid authorization", 3, 401)
    try:
        return b"Bearer " + base64.b64decode(value.strip(), validate=True).partition(b":")[2]
    except binascii.Error as error:
        raise Refused("Invalid authorization", 3, 401) from error


def events_in(raw: bytes) -> list[Event]:
    """The events of a body: objects one after another, with or without anything between; refuses none and bad ones."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Refused("Invalid data format", 6, event=0) from error
    found: list[Event] = []
    place = _next(text, 0)
    while place < len(text):
        try:
            document, end = _decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise Refused("Invalid data format", 6, event=len(found)) from error
        _refuse_eventless(document, len(found))
        found.append(Event(document, text[place:end].encode()))
        place = _next(text, end)
    if not found:
        raise Refused("No data", 5)
    return found


def _next(text: str, place: int) -> int:
    """Where the next object begins."""
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _refuse_eventless(document: Any, number: int) -> None:
    if not isinstance(document, dict):
        raise Refused("Invalid data format", 6, event=number)
    if "event" not in document:
        raise Refused("Event field is required", 12, event=number)
    if document["event"] in (None, "", {}):
        raise Refused("Event field cannot be blank", 13, event=number)


def opened_events(events: Sequence[Event], raw: bytes, source: SourceFacts) -> Contents:
    """The signals of a body's events, each with the bytes of its event; those that cannot be read are left."""
    opened: list[Opened] = []
    left: list[tuple[bytes, LongwatchError]] = []
    for event in events:
        try:
            opened += _opened(event, source)
        except LongwatchError as refusal:
            left.append((event.raw, refusal))
    whole = opened and [event.raw for event in events] != [raw]
    return Contents(opened, left, (raw,) if whole else ())


def lines_in(raw: bytes, source: SourceFacts) -> Contents:
    """The signals of lines; a line of plain text is a signal with that title."""
    if not raw.strip():
        raise Refused("No data", 5)
    return open_parts(raw, source, content_type=LINES, received_at=clock.now())


def _opened(event: Event, source: SourceFacts) -> list[Opened]:
    inner = event.document["event"]
    if isinstance(inner, dict):
        content = msgspec.json.encode(inner)
        opened = open_body(content, source, content_type=EVENTS, received_at=clock.now())
    else:
        text = inner if isinstance(inner, str) else msgspec.json.encode(inner).decode()
        text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        title = next((line.strip() for line in text.splitlines() if line.strip()), "Event")
        opened = [Opened(SignalIn(title=title[:LONGEST_TITLE], description=text), event.raw, "splunk-hec")]
    return [Opened(_with_envelope(each.signal, event.document), event.raw, each.format) for each in opened]


def _with_envelope(signal: SignalIn, envelope: dict[str, Any]) -> SignalIn:
    """The signal with what the envelope says of time and host, where the event itself does not."""
    if signal.occurred_at is None:
        signal.occurred_at = moment_in(envelope.get("time"))
    host = envelope.get("host")
    if isinstance(host, str) and host.strip() and len(host) <= LONGEST_HOST and len(signal.entities) < MOST_ENTITIES:
        known = {(entity.kind, entity.value.casefold()) for entity in signal.entities}
        if ("host", host.strip().casefold()) not in known and "\x00" not in host:
            signal.entities = [*signal.entities, EntityIn("host", host.strip(), "affected")]
    return signal


def moment_in(value: Any) -> datetime | None:
    """Seconds since 1970, as a number or as text; nothing else is a time here."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LAST_SECOND else None


def _said(text: str, code: int, status: int = 200, event: int | None = None) -> Answer:
    document: dict[str, Any] = {"text": text, "code": code}
    if event is not None:
        document["invalid-event-number"] = event
    return Answer(status, msgspec.json.encode(document), (JSON,))
