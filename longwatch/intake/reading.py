# SPDX-License-Identifier: Apache-2.0
"""A careful reading of records that other tools send as they are: title, severity, time, entities.

It looks in places that common tools use and takes only what is plainly there; the record itself is kept byte for
byte as the raw payload. What it cannot find stays empty: the signal then takes the severity of its source, the time
of its arrival and a title that names the source. Mappings of single products come on top of this, not into it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from longwatch.records.severity import Severity

MOST_ENTITIES = 20
LONGEST_VALUE = 500
LONGEST_SUMMARY_TITLE = 120
# Some tools wrap the record in an envelope.
ENVELOPES = ("detail", "event", "finding")

# Places are tried in this order. What names the finding comes before what names the event.
TITLES = (
    "alert.signature", "rule.description", "title", "Title", "finding_info.title", "displayMessage", "displaymessage",
    "alertname", "labels.alertname", "alert_name", "ruleName", "rule_name", "DetectName", "eventName",
    "protoPayload.methodName", "operationName", "operation_name", "event_simpleName", "eventTypeName", "action_label",
    "actionName", "action", "event_type", "eventType", "eventtype", "Operation", "verb", "type", "name", "message",
    "summary", "full_log", "p_log_type",
)  # fmt: skip
DESCRIPTIONS = (
    "description", "Description", "full_log", "summary", "message", "displayMessage", "primarydescription",
    "change_description", "resultDescription", "errorMessage", "notes",
)  # fmt: skip
RULES = (
    "alert.signature_id", "rule.id", "GeneratorId", "rule_id", "ruleId", "alertname", "labels.alertname", "eventName",
    "protoPayload.methodName", "operationName", "event_simpleName", "eventTypeName", "eventType", "eventtype",
    "event_type", "action",
)  # fmt: skip
TIMES = (
    "timestamp", "@timestamp", "eventTime", "time", "p_event_time", "FirstObservedAt", "CreatedAt", "createdAt",
    "created_at", "createdat", "published", "occurred_at", "messageTime", "EVENT_TIMESTAMP", "created", "date",
)  # fmt: skip
# (place, kind, part); the first found is the one that, with the rule, tells repeats from new signals.
ENTITIES = (
    ("agent.name", "host", "affected"),
    ("victim.victim_id", "organisation", "affected"),
    ("userIdentity.arn", "account", "involved"),
    ("userIdentity.userName", "account", "involved"),
    ("actor.alternateId", "account", "involved"),
    ("actor.email", "email", "involved"),
    ("actor.user.email", "email", "involved"),
    ("user.email", "email", "involved"),
    ("user_email", "email", "involved"),
    ("username", "account", "involved"),
    ("user_name", "account", "involved"),
    ("USER_NAME", "account", "involved"),
    ("actor_user_name", "account", "involved"),
    ("protoPayload.authenticationInfo.principalEmail", "email", "involved"),
    ("UserId", "account", "involved"),
    ("data.srcuser", "account", "involved"),
    ("data.dstuser", "account", "involved"),
    ("src_ip", "ip", "involved"),
    ("sourceIPAddress", "ip", "involved"),
    ("sourceIP", "ip", "involved"),
    ("client.ipAddress", "ip", "involved"),
    ("clientIp", "ip", "involved"),
    ("ClientIP", "ip", "involved"),
    ("CLIENT_IP", "ip", "involved"),
    ("callerIpAddress", "ip", "involved"),
    ("ipAddress", "ip", "involved"),
    ("ip_address", "ip", "involved"),
    ("request_ip", "ip", "involved"),
    ("aip", "ip", "involved"),
    ("data.srcip", "ip", "involved"),
    ("protoPayload.requestMetadata.callerIp", "ip", "involved"),
    ("context.client_ip_address", "ip", "involved"),
    ("dest_ip", "ip", "affected"),
    ("data.dstip", "ip", "affected"),
    ("hostname", "host", "affected"),
    ("host.name", "host", "affected"),
    ("hostIdentifier", "host", "affected"),
    ("domain", "domain", "indicator"),
    ("query_name", "domain", "indicator"),
    ("Resources.Id", "asset", "affected"),
    ("syscheck.sha256_after", "file_hash", "indicator"),
    ("p_any_ip_addresses", "ip", "involved"),
    ("p_any_usernames", "account", "involved"),
    ("p_any_emails", "email", "involved"),
)

SEVERITY_WORDS = (
    "severity",
    "Severity.Label",
    "Severity",
    "SeverityName",
    "severity_level",
    "labels.severity",
    "level",
)
WORDS = {
    "informational": 0, "information": 0, "info": 0, "notice": 0, "debug": 0, "none": 0,
    "low": 1, "minor": 1, "warning": 1, "warn": 1,
    "medium": 2, "moderate": 2, "error": 2,
    "high": 3, "major": 3, "important": 3, "severe": 3,
    "critical": 4, "fatal": 4, "emergency": 4, "crit": 4,
}  # fmt: skip
# Suricata counts down from 1; Wazuh up to 15; Security Hub up to 100. Other numbers mean nothing certain.
SURICATA = {1: Severity.HIGH, 2: Severity.MEDIUM, 3: Severity.LOW, 4: Severity.INFORMATIONAL}
WAZUH_FLOORS = ((15, Severity.CRITICAL), (12, Severity.HIGH), (7, Severity.MEDIUM), (4, Severity.LOW))
NORMALIZED_FLOORS = ((90, Severity.CRITICAL), (70, Severity.HIGH), (40, Severity.MEDIUM), (1, Severity.LOW))
EPOCH_MILLISECONDS = 100_000_000_000
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read; empty where nothing was plain."""

    title: str = ""
    description: str = ""
    rule: str = ""
    severity: int | None = None
    occurred_at: datetime | None = None
    entities: list[tuple[str, str, str]] = field(default_factory=list)


def read_foreign(record: Mapping[str, Any]) -> Reading:
    """The reading of a record of any shape; never fails."""
    views = [record, *(inner for name in ENVELOPES if isinstance(inner := record.get(name), dict))]
    description = _first_text(views, DESCRIPTIONS)
    return Reading(
        title=_title(_first_text(views, TITLES)),
        description=description,
        rule=_first_text(views, RULES)[:300],
        severity=_severity(views),
        occurred_at=_time(views),
        entities=_entities(views),
    )


def severity_of_word(word: str) -> Severity | None:
    """The severity that a word in common use means, None for other words."""
    number = WORDS.get(word.strip().lower())
    return None if number is None else Severity(number)


def _found(record: Mapping[str, Any], place: str) -> Iterator[Any]:
    """The values at a dotted place; a list on the way is walked through."""
    values: list[Any] = [record]
    for name in place.split("."):
        inner = [value[name] for value in values if isinstance(value, dict) and name in value]
        values = [item for value in inner for item in (value[:MOST_ENTITIES] if isinstance(value, list) else [value])]
    yield from values


def _texts(views: list[Mapping[str, Any]], place: str) -> Iterator[str]:
    for view in views:
        for value in _found(view, place):
            if isinstance(value, str) and value.strip():
                yield value.encode(errors="replace").decode().replace("\x00", "�").strip()
            elif isinstance(value, int) and not isinstance(value, bool):
                yield str(value)[:40]


def _first_text(views: list[Mapping[str, Any]], places: tuple[str, ...]) -> str:
    return next((text for place in places for text in _texts(views, place)), "")


def _title(text: str) -> str:
    """One line: the first sentence of a long text."""
    line = " ".join(text.split())
    if len(line) > LONGEST_SUMMARY_TITLE and ". " in line:
        line = line[: line.index(". ") + 1]
    return line[:300]


def _severity(views: list[Mapping[str, Any]]) -> int | None:
    for view in views:
        for place, meaning in (
            ("alert.severity", SURICATA.get),
            ("rule.level", _wazuh),
            ("Severity.Normalized", _normal),
        ):
            for value in _found(view, place):
                if isinstance(value, int) and value is not True and (found := meaning(value)) is not None:
                    return int(found)
    words = (severity_of_word(text) for place in SEVERITY_WORDS for text in _texts(views, place))
    return next((int(word) for word in words if word is not None), None)


def _wazuh(level: int) -> Severity:
    return next((severity for floor, severity in WAZUH_FLOORS if level >= floor), Severity.INFORMATIONAL)


def _normal(score: int) -> Severity:
    return next((severity for floor, severity in NORMALIZED_FLOORS if score >= floor), Severity.INFORMATIONAL)


def _time(views: list[Mapping[str, Any]]) -> datetime | None:
    for place in TIMES:
        for view in views:
            for value in _found(view, place):
                if (moment := moment_of(value)) is not None:
                    return moment
    return _date_in_parts(views[0])


def moment_of(value: Any) -> datetime | None:
    """The moment a text or number plainly states (no zone means UTC), None otherwise."""
    try:
        if isinstance(value, str) and value[:1].isdigit():
            moment = datetime.fromisoformat(_six_digits(value.strip()))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value > EPOCH_MILLISECONDS else value
            moment = datetime.fromtimestamp(seconds, UTC)
        else:
            return None
        return moment.astimezone(UTC) if EARLIEST < moment < LATEST else None
    except (ValueError, OverflowError, OSError):
        return None


def _six_digits(text: str) -> str:
    """Nanoseconds, as some tools write them, cut to what PostgreSQL keeps."""
    head, dot, tail = text.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}{dot}{tail[:6]}{tail[digits:]}" if digits > 6 else text


def _date_in_parts(record: Mapping[str, Any]) -> datetime | None:
    """VERIS writes the day of an incident in parts; without a full date it states none."""
    parts = next(_found(record, "timeline.incident"), None)
    if not isinstance(parts, dict) or not all(isinstance(parts.get(p), int) for p in ("year", "month", "day")):
        return None
    return moment_of(f"{parts['year']:04d}-{parts['month']:02d}-{parts['day']:02d}")


def _entities(views: list[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    found: dict[tuple[str, str], str] = {}
    for place, kind, part in ENTITIES:
        for text in _texts(views, place):
            if text != "-" and len(text) <= LONGEST_VALUE:
                found.setdefault((kind, text), part)
    return [(kind, text, part) for (kind, text), part in list(found.items())[:MOST_ENTITIES]]
