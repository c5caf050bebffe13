# SPDX-License-Identifier: Apache-2.0
"""/v2/enqueue: what speaks PagerDuty's Events API v2 can send here instead; its routing key is a token of ours."""

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from longwatch.core.errors import LongwatchError, SignInNeeded
from longwatch.intake.fast.answers import JSON, Answer, Receive, Scope
from longwatch.intake.opening import Contents, Opened
from longwatch.intake.submission import MOST_LINKS, EntityIn, SignalIn, check
from longwatch.intake.ways.bodies import headers_of, in_time, unpacked
from longwatch.intake.ways.delivering import Came, deliver_opened, keep_only

if TYPE_CHECKING:
    from longwatch.intake.fast.serving import Intake

PATH = "/v2/enqueue"
ACTIONS = frozenset({"trigger", "acknowledge", "resolve"})
SEVERITIES = {"critical": "critical", "error": "high", "warning": "medium", "info": "informational"}
LONGEST_TITLE = 300
LONGEST_KEY = 255
# As the API has it that is spoken here. The key stands inside: nobody is known before it is read.
LARGEST_EVENT = 512 * 1024
LONGEST_HOST = 500


class InvalidEvent(LongwatchError):
    """An event that is not of this form, with what is wrong with it."""

    def __init__(self, *errors: str) -> None:
        super().__init__(errors[0])
        self.errors = errors


async def answer(intake: "Intake", scope: Scope, receive: Receive) -> Answer:
    """Take one event, and answer in the words of that API."""
    if scope["method"] != "POST":
        return _said("invalid event", "Method not allowed", status=405)
    raw = unpacked(scope, await in_time(scope, receive))
    if len(raw) > LARGEST_EVENT:
        return _said("invalid event", "Event object is invalid", f"Larger than {LARGEST_EVENT // 1024} kB", status=413)
    try:
        document = document_in(raw)
        key = headers_of(scope).get("x-routing-key") or document.get("routing_key")
        sender = await intake.tokens.sender(_bearer(key))
        source = await intake.tokens.source(sender, "")
    except InvalidEvent as refusal:
        return _said("invalid event", "Event object is invalid", *refusal.errors, status=400)
    except SignInNeeded:
        intake.strangers.failed(scope)
        return _said("invalid event", "Event object is invalid", "routing_key is unknown", status=400)
    by = replace(sender.actor, via="webhook")
    came = Came(without_key(raw, str(key)), "application/json")
    try:
        signal = signal_of(document)
    except LongwatchError as refusal:
        await keep_only(intake, source, came, refusal.sentence, by=by)
        return _said("invalid event", "Event object is invalid", refusal.sentence, status=400)
    outcome = await deliver_opened(intake, source, came, Contents([Opened(signal, came.raw, "pagerduty")]), by=by)
    if outcome.reason:
        return _said("invalid event", "Event object is invalid", outcome.reason, status=400)
    return _said("success", "Event processed", status=202, dedup_key=signal.dedup_key or "")


def document_in(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body; refuses anything else."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidEvent("The body is no JSON") from error
    if not isinstance(document, dict):
        raise InvalidEvent("The body is no JSON object")
    return document


def without_key(raw: bytes, key: str) -> bytes:
    """The bytes without the routing key, which is a secret: what is kept is read by people who may not have it."""
    kept = raw.replace(key.encode(), b"*" * len(key.encode()))
    document = json.loads(kept)
    if document.get("routing_key") == key:
        # It was written with escapes, such as \u006c for an l.
        kept = json.dumps(document | {"routing_key": "*" * len(key)}).encode()
    return kept


def signal_of(document: dict[str, Any]) -> SignalIn:
    """The signal of an event; refuses one without what the form demands."""
    action, payload = document.get("event_action"), document.get("payload")
    if not isinstance(action, str) or action not in ACTIONS:
        raise InvalidEvent("'event_action' is missing or invalid")
    key = _text(document.get("dedup_key"))[:LONGEST_KEY]
    if not isinstance(payload, dict):
        payload = {}
    if action == "trigger" and not _text(payload.get("summary")):
        raise InvalidEvent("'payload.summary' is missing or blank")
    if action != "trigger" and not key:
        raise InvalidEvent("'dedup_key' is missing or blank")
    summary = _text(payload.get("summary")) or f"{action.capitalize()}: {key}"
    host = _text(payload.get("source"))[:LONGEST_HOST]
    return check(
        SignalIn(
            title=summary[:LONGEST_TITLE],
            description=_details(payload.get("custom_details")),
            severity=SEVERITIES.get(_text(payload.get("severity")).lower()),
            rule=_text(payload.get("class")),
            dedup_key=key or None,
            occurred_at=_moment(payload.get("timestamp")),
            entities=[EntityIn("host", host, "affected")] if host else [],
            links=_links(document.get("links")),
            tags=[tag for name in ("component", "group") if (tag := _text(payload.get(name)))],
            state="closed" if action == "resolve" else "open",
        )
    )


def _bearer(key: object) -> bytes:
    if not isinstance(key, str) or not key.isascii() or not key.strip():
        raise InvalidEvent("'routing_key' is missing or blank")
    return b"Bearer " + key.strip().encode()


def _text(value: object) -> str:
    """The text without what no text has."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode().strip()


def _details(value: object) -> str:
    if value in (None, "", {}):
        return ""
    if isinstance(value, str):
        return _text(value)
    return _text(json.dumps(value, indent=1, ensure_ascii=False))


def _links(value: object) -> list[str]:
    listed = value if isinstance(value, list) else []
    found = [_text(each.get("href")) for each in listed if isinstance(each, dict)]
    return [link for link in found if link.startswith(("https://", "http://")) and len(link) <= 2_000][:MOST_LINKS]


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _said(word: str, message: str, *errors: str, status: int, dedup_key: str | None = None) -> Answer:
    document: dict[str, Any] = {"status": word, "message": message}
    if errors:
        document["errors"] = list(errors)
    if dedup_key is not None:
        document["dedup_key"] = dedup_key
    return Answer(status, msgspec.json.encode(document), (JSON,))
