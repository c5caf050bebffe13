# SPDX-License-Identifier: Apache-2.0
"""What happened to mentions, said to people."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.entities.kinds import EntityKind, Part


def kind_word(kind: object) -> str:
    """The kind of an entity in the reader's language; an unknown kind as it is."""
    return str(EntityKind(kind).label) if kind in EntityKind.values else str(kind)


def part_word(part: object) -> str:
    """The part of an entity in the reader's language, in the middle of a sentence; an unknown part as it is."""
    return str(Part(part).label).lower() if part in Part.values else str(part)


def added(fields: Mapping[str, Any]) -> str:
    """Somebody named an entity."""
    return _("added %(value)s (%(kind)s) as %(part)s") % {
        "value": fields.get("value", ""),
        "kind": kind_word(fields.get("kind")).lower(),
        "part": part_word(fields.get("part")),
    }


def part_changed(fields: Mapping[str, Any]) -> str:
    """Somebody changed an entity's part."""
    return _("changed the part of %(value)s from %(before)s to %(after)s") % {
        "value": fields.get("value", ""),
        "before": part_word(fields.get("before")),
        "after": part_word(fields.get("after")),
    }


def ended(fields: Mapping[str, Any]) -> str:
    """Somebody took an entity off the record."""
    named = {"value": fields.get("value", ""), "part": part_word(fields.get("part"))}
    if fields.get("reason"):
        return _("removed %(value)s as %(part)s: %(reason)s") % {**named, "reason": fields["reason"]}
    return _("removed %(value)s as %(part)s") % named


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "mention.added": added,
    "mention.part_changed": part_changed,
    "mention.ended": ended,
}
