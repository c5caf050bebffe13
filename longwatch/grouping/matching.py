# SPDX-License-Identifier: Apache-2.0
"""Grouping rules made ready: which signals one is about, and the key of the group that each belongs into."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from longwatch.core.errors import Invalid
from longwatch.grouping.model import Item, Mode, RuleSpec
from longwatch.intake.conditions import LISTS, TEXTS, Said, predicate, read_conditions, said_by

# Between the values of a key; no value of a signal holds it.
SEPARATOR = "\x1f"
GROUP_BY = frozenset({*TEXTS, *LISTS})
MOST_GROUP_BY = 5
LONGEST_KEY = 500


def spec(  # noqa: PLR0913 - one name for each column
    *, rule_id: UUID, name: str, conditions: Any, group_by: Sequence[str], window: float, lifetime: float,
    threshold: int, mode: str,
) -> RuleSpec:  # fmt: skip
    """A rule made ready; refuses (422) conditions that are none."""
    concerns = predicate(read_conditions(conditions))
    return RuleSpec(rule_id, name, _key_of(concerns, group_by), window, lifetime, threshold, Mode(mode))


def refuse_group_by(names: Sequence[str]) -> None:
    """Refuse (422) what signals cannot be grouped by."""
    unknown = sorted(set(names) - GROUP_BY)
    if unknown:
        sentence = _("Signals cannot be grouped by %(names)s.") % {"names": ", ".join(unknown)}
        raise Invalid(sentence, fields={"group_by": sentence})
    if len(names) > MOST_GROUP_BY:
        sentence = _("Group by at most %(count)s fields.") % {"count": MOST_GROUP_BY}
        raise Invalid(sentence, fields={"group_by": sentence})


def _key_of(concerns: Callable[[Said], bool], group_by: Sequence[str]) -> Callable[[Item], str | None]:
    def key_of(item: Item) -> str | None:
        said = item.said
        if not isinstance(said, Said) or not concerns(said):
            return None
        values = [_first(said, name) for name in group_by]
        if not all(values):
            return None
        key = SEPARATOR.join(f"{name}={value}" for name, value in zip(group_by, values, strict=True))
        # What an index can hold.
        return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()

    return key_of


def _first(said: Said, name: str) -> str:
    return said.texts[name] if name in said.texts else next(iter(said.lists.get(name, ())), "")


def said(signal: Mapping[str, Any]) -> Said:
    """What a stored signal says, as conditions ask; by the names of its columns, with the name of its source."""
    texts = {name: str(signal[name]) for name in ("title", "rule", "place", "format", "kind", "source")}
    return said_by(
        texts=texts, tags=signal["tags"], techniques=signal["techniques"], entities=signal["entities"],
        severity=signal["severity"],
    )  # fmt: skip
