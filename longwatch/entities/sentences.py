# SPDX-License-Identifier: Apache-2.0
"""What happened to mentions, said to people."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.markings import Pap, Tlp


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


def _about_two(sentence: str, fields: Mapping[str, Any]) -> str:
    named = {
        "value": fields.get("value", ""), "kind": kind_word(fields.get("kind")).lower(), "into": fields.get("into", ""),
        "into_kind": kind_word(fields.get("into_kind")).lower(),
    }  # fmt: skip
    told = sentence % named
    return f"{told}: {fields['reason']}" if fields.get("reason") else told


def merged(fields: Mapping[str, Any]) -> str:
    """Somebody said that two entities are one."""
    return _about_two(_("merged %(value)s (%(kind)s) into %(into)s (%(into_kind)s)"), fields)


def unmerged(fields: Mapping[str, Any]) -> str:
    """Somebody took that back."""
    return _about_two(_("unmerged %(value)s (%(kind)s) from %(into)s (%(into_kind)s)"), fields)


def told_apart(fields: Mapping[str, Any]) -> str:
    """Somebody said that two entities are not one."""
    return _about_two(_("said that %(value)s (%(kind)s) is not %(into)s (%(into_kind)s)"), fields)


def apart_taken_back(fields: Mapping[str, Any]) -> str:
    """Somebody took that back."""
    return _about_two(_("took back that %(value)s (%(kind)s) is not %(into)s (%(into_kind)s)"), fields)


def marks_word(tlp: object, pap: object) -> str:
    """Both markings, as far as there are any: "TLP:AMBER, PAP:RED"."""
    words = [str(Tlp(tlp).label) if tlp in Tlp.values else "", str(Pap(pap).label) if pap in Pap.values else ""]
    return ", ".join(word for word in words if word)


def marked(fields: Mapping[str, Any]) -> str:
    """Somebody marked an entity."""
    marks = marks_word(fields.get("tlp"), fields.get("pap"))
    told = _("marked %(value)s as %(marks)s") % {"value": fields.get("value", ""), "marks": marks}
    return f"{told}: {fields['reason']}" if fields.get("reason") else told


def marking_ended(fields: Mapping[str, Any]) -> str:
    """Somebody took a marking off an entity."""
    marks = marks_word(fields.get("tlp"), fields.get("pap"))
    return _("took %(marks)s off %(value)s") % {"value": fields.get("value", ""), "marks": marks}


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "mention.added": added,
    "mention.part_changed": part_changed,
    "mention.ended": ended,
    "entity.merged": merged,
    "entity.unmerged": unmerged,
    "entity.told_apart": told_apart,
    "entity.apart_taken_back": apart_taken_back,
    "entity.marked": marked,
    "entity.marking_ended": marking_ended,
}
