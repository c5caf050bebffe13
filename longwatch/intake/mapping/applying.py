# SPDX-License-Identifier: Apache-2.0
"""A mapping put to a record: the signal that it gives."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

from longwatch.intake.mapping.choosing import Compile, Getters, all_of, first_of, first_text, getters_of, trusted
from longwatch.intake.mapping.model import Fields, MappingFile
from longwatch.intake.mapping.moments import Moment, moment_of
from longwatch.intake.mapping.paths import Record
from longwatch.intake.mapping.scales import number_of, severity_on
from longwatch.intake.mapping.values import LONGEST_TEXT, entity_of, one_line, techniques_in, text_of
from longwatch.intake.reading import read_foreign
from longwatch.intake.submission import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MOST_ENTITIES,
    MOST_LINKS,
    MOST_TAGS,
    EntityIn,
    SignalIn,
)

ZONE_ASSUMED = "time zone assumed"
# What collectors add to every record, for when the record itself says nothing.
COLLECTED_ZONE = UTC
COLLECTED_TIME = getters_of("p_event_time")
COLLECTED = (
    (getters_of("p_any_usernames"), "account", "involved"),
    (getters_of("p_any_emails"), "email", "involved"),
    (getters_of("p_any_ip_addresses"), "ip", "involved"),
    (getters_of("p_any_domain_names"), "domain", "involved"),
)


@dataclass(frozen=True, slots=True)
class Context:
    """What does not stand in the record: the zone of its source, and when it came."""

    zone: tzinfo
    received_at: datetime


class Mapping:
    """One mapping file, made ready."""

    def __init__(self, file: MappingFile, compiled: Compile = trusted, name: str = "") -> None:
        self.file = file
        self.name = name or file.name
        self._get: dict[str, Getters] = {
            name: getters_of(getattr(file.signal, name), compiled)
            for name in Fields.__struct_fields__
            if name != "kind"
        }
        self._let = {name: getters_of(values, compiled) for name, values in file.let.items()}
        self._details = [(label, getters_of(values, compiled)) for label, values in file.details.items()]
        self._entities = [(getters_of(each.path, compiled), each.kind, each.part) for each in file.entity]

    def signal(self, root: dict[str, Any], context: Context) -> SignalIn:
        """The signal in a record; never fails on what a record holds."""
        record = Record(root)
        if self._let:
            record = Record({**root, "$": {name: first_of(way, record) for name, way in self._let.items()}})
        get = self._get
        moment = self._moment(record, context)
        techniques = techniques_in(text_of(value) for value in all_of(get["techniques"], record))
        place = self._place(record)
        return SignalIn(
            title=self._title(record, root),
            description=self._description(record),
            severity=self._severity(record),
            kind=self.file.signal.kind,
            rule=one_line(first_text(get["rule"], record))[:LONGEST_TITLE],
            dedup_key=first_text(get["dedup_key"], record)[:LONGEST_TEXT] or None,
            occurred_at=moment.at if moment else None,
            entities=self._named(record),
            place=one_line(first_text(get["place"], record))[:LONGEST_TITLE],
            latitude=place[0] if place else None,
            longitude=place[1] if place else None,
            links=self._links(record),
            tags=self._tags(record, moment),
            techniques=techniques[:MOST_TAGS],
            state=self._state(record),
        )

    def _title(self, record: Record, root: dict[str, Any]) -> str:
        found = one_line(first_text(self._get["title"], record)) or one_line(read_foreign(root).title)
        return found[:LONGEST_TITLE].strip() or self.file.title

    def _description(self, record: Record) -> str:
        lines = [first_text(self._get["description"], record)]
        for label, getters in self._details:
            values = dict.fromkeys(text for value in first_of(getters, record) if (text := text_of(value)))
            if values:
                lines.append(f"{label}: {', '.join(values)}")
        return "\n".join(line for line in lines if line)[:LONGEST_DESCRIPTION]

    def _severity(self, record: Record) -> int | None:
        for getter in self._get["severity"]:
            for value in getter.find(record):
                found = value if getter.scale else severity_on("words", value)
                if isinstance(found, int):
                    return found
        return None

    def _moment(self, record: Record, context: Context) -> Moment | None:
        for getter in self._get["occurred_at"]:
            for value in getter.find(record):
                zone = COLLECTED_ZONE if getter.utc else context.zone
                if moment := moment_of(value, zone, context.received_at):
                    return Moment(moment.at, moment.assumed and not getter.utc)
        for value in first_of(COLLECTED_TIME, record):
            if moment := moment_of(value, COLLECTED_ZONE, context.received_at):
                return Moment(moment.at, assumed=False)
        return None

    def _named(self, record: Record) -> list[EntityIn]:
        found = _entities(self._entities, record) or _entities(COLLECTED, record)
        return [EntityIn(kind, value, part) for (kind, value), part in found.items()]  # type: ignore[arg-type]

    def _place(self, record: Record) -> tuple[float, float] | None:
        latitude, longitude = (
            next(filter(None, (_degrees(value) for value in first_of(self._get[name], record))), None)
            for name in ("latitude", "longitude")
        )
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return latitude, longitude

    def _links(self, record: Record) -> list[str]:
        found = dict.fromkeys(text_of(value) for value in all_of(self._get["links"], record))
        fit = [link for link in found if link.startswith(("https://", "http://")) and len(link) <= LONGEST_TEXT]
        return fit[:MOST_LINKS]

    def _tags(self, record: Record, moment: Moment | None) -> list[str]:
        found = dict.fromkeys(one_line(text_of(value))[:LONGEST_TITLE] for value in all_of(self._get["tags"], record))
        tags = [tag for tag in found if tag][: MOST_TAGS - 1]
        return [*tags, ZONE_ASSUMED] if moment and moment.assumed else tags

    def _state(self, record: Record) -> Literal["open", "closed"] | None:
        for getter in self._get["state"]:
            for value in getter.find(record):
                if value == "open" or value == "closed":
                    return "open" if value == "open" else "closed"
        return None


def _entities(ways: Any, record: Record) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for getters, kind, part in ways:
        for value in first_of(getters, record):
            if len(found) >= MOST_ENTITIES:
                return found
            text = text_of(value)
            if text and (entity := entity_of(kind, text)):
                found.setdefault(entity, part)
    return found


def _degrees(value: Any) -> float | None:
    number = number_of(value)
    # Zero is what tools write that know no place.
    return number or None
