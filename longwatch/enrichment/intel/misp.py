# SPDX-License-Identifier: Apache-2.0
"""MISP events, in any of the three ways they are wrapped."""

from collections.abc import Iterator
from typing import Any

from longwatch.enrichment.intel.attributes import parts
from longwatch.enrichment.intel.shape import Loaded, day_of, exact, objects, text_of
from longwatch.entities.kinds import EntityKind

THREAT_LEVELS = {"1": "high", "2": "medium", "3": "low"}


def events_in(value: object) -> Iterator[dict[str, Any]]:
    """The events of an answer, an export or a file of a feed."""
    if isinstance(value, list):
        for each in value:
            yield from events_in(each)
    elif isinstance(value, dict):
        if isinstance(value.get("Event"), dict):
            yield value["Event"]
        elif "response" in value:
            yield from events_in(value["response"])
        elif "info" in value and ("Attribute" in value or "Object" in value) and "uuid" in value:
            yield value


def read_event(event: dict[str, Any]) -> Loaded:
    """What an event names as an indicator; the rest of its attributes is context.

    MISP marks by `to_ids` what is fit for detection. Some publishers mark nothing in a whole event: then all that can
    be looked up is taken but links to reports, says that nobody marked it, and proposes no severity.
    """
    info = text_of(event.get("info"), 150) or "MISP event"
    loaded = Loaded(
        "indicators", f"{info} ({text_of(event.get('uuid'), 40)[:8]})", [str(kind) for kind in EntityKind],
        edition=text_of(str(event.get("timestamp") or ""), 60), dated=day_of(event.get("date")),
    )  # fmt: skip
    general = {"event": info, "level": THREAT_LEVELS.get(str(event.get("threat_level_id")), "")}
    general["tlp"] = next((tag for tag in _tags(event) if tag.startswith("tlp:")), "")
    there = [each for each in _attributes(event) if not each.get("deleted") and isinstance(each.get("value"), str)]
    marked = [each for each in there if each.get("to_ids")]
    fit = marked or [each for each in there if each.get("type") != "link"]
    if not marked:
        general |= {"level": "", "marked": "no"}
    for attribute in fit:
        _add(loaded, attribute, general)
    return loaded


def _tags(value: dict[str, Any]) -> list[str]:
    return [text_of(tag.get("name"), 60).casefold() for tag in objects(value.get("Tag"))]


def _attributes(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from objects(event.get("Attribute"))
    for each in objects(event.get("Object")):
        if not each.get("deleted"):
            yield from objects(each.get("Attribute"))


def _add(loaded: Loaded, attribute: dict[str, Any], general: dict[str, str]) -> None:
    value, kind = attribute["value"], str(attribute.get("type") or "")
    about = general | {"type": kind, "category": text_of(attribute.get("category"), 60)}
    about["comment"] = text_of(attribute.get("comment"), 200)
    named = list(parts(kind, value))
    if not named:
        loaded.skipped += 1
    for each, part in named:
        loaded.add(exact(each, part, about))
