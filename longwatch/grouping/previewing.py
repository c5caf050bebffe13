# SPDX-License-Identifier: Apache-2.0
"""What a split of a group would give, seen before it is done. Only reads."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from longwatch.core.errors import NotFound
from longwatch.grouping.explaining import parts_of, reasons
from longwatch.grouping.models import Group, Member
from longwatch.grouping.sentences import why_words
from longwatch.grouping.services.counting import MOST_LOADED, joined_of
from longwatch.intake.models import Signal

# More members than these are not told one by one.
MOST_MEMBERS = 1000
# So many parts that fall off are made groups at once, the largest; the others stay.
MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the groups would be."""

    title: str
    severity: int
    signals: Sequence[Signal]
    arrivals: int
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would stay, and what would become groups of their own; which entity holds them together, if asked."""

    stays: Side | None
    goes: Sequence[Side]
    label: str = ""


def preview(group: Group, chosen: Sequence[UUID], without: str = "") -> Preview:
    """The groups that a split would give: by chosen signals, or each part that falls off without an entity."""
    members = list(group.members.order_by("-severity", "first_at", "id")[:MOST_MEMBERS])
    label = _label(members, without) if without else ""
    parts = _falling(group, members, without) if without else [set(chosen)]
    signals = Signal.objects.select_related("source").in_bulk([each.signal_id for each in members])
    seen = [each for each in members if each.signal_id in signals]
    goes = [_side(group, [each for each in seen if each.signal_id in part], signals) for part in parts]
    stays = [each for each in seen if not any(each.signal_id in part for part in parts)]
    return Preview(_side(group, stays, signals), [side for side in goes if side is not None], label)


def _label(members: Sequence[Member], key: str) -> str:
    """How people read an entity of the group; refuses one that it does not name."""
    found = next((e["label"] for member in members for e in member.entities if e["key"] == key), None)
    if found is None:
        raise NotFound
    return str(found)


def _falling(group: Group, members: list[Member], key: str) -> list[set[UUID]]:
    """The signals of each part that falls off the largest without an entity."""
    ordered = list(joined_of(group, members).members.values())
    parts = parts_of(ordered, key)
    return [{UUID(str(ordered[place].signal)) for place in part} for part in parts[1 : 1 + MOST_PARTS]]


def _side(group: Group, members: list[Member], signals: dict[UUID, Signal]) -> Side | None:
    if not members:
        return None
    # As a group is named and explained when it is made: by its gravest, and from its newest.
    gravest = min(members, key=lambda member: (-member.severity, -member.evidence, member.id))
    newest = sorted(members, key=lambda member: member.id, reverse=True)[:MOST_LOADED]
    part = Group(key=group.key, signals=len(members), arrivals=sum(each.arrivals for each in members))
    part.first_at, part.last_at = min(m.first_at for m in members), max(m.last_at for m in members)
    why = [words for each in reasons(joined_of(part, newest)) if (words := why_words(asdict(each)))]
    return Side(
        signals[gravest.signal_id].title, gravest.severity, [signals[each.signal_id] for each in members],
        part.arrivals, why,
    )  # fmt: skip
