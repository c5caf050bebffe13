# SPDX-License-Identifier: Apache-2.0
"""The Traffic Light Protocol (version 2.0): who may receive a thing. Pure functions."""

from collections.abc import Iterable

from django.db.models import TextChoices

PREFIX = "tlp:"
# The words of version 1.
OLD = {"white": "clear"}


class Tlp(TextChoices):
    """How far a thing may travel, the widest first."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"
    AMBER_STRICT = "amber+strict", "TLP:AMBER+STRICT"
    RED = "red", "TLP:RED"

    @property
    def rank(self) -> int:
        """Higher travels less far."""
        return list(Tlp).index(self)

    @property
    def tag(self) -> str:
        """As MISP writes it."""
        return f"{PREFIX}{self.value}"


def tlp_of(tags: Iterable[str]) -> Tlp | None:
    """The strictest marking among tags; None when there is none. One that nobody knows is the strictest."""
    found = [_read(tag) for tag in tags if tag.strip().lower().startswith(PREFIX)]
    return strictest(found)


def strictest(marks: Iterable[Tlp | None]) -> Tlp | None:
    """The one of them that travels least far."""
    return max((mark for mark in marks if mark is not None), key=lambda mark: mark.rank, default=None)


def is_above(mark: Tlp | None, limit: Tlp) -> bool:
    """Whether a thing with this marking must not travel as far as that. What is not marked may: somebody chose so."""
    return mark is not None and mark.rank > limit.rank


def _read(tag: str) -> Tlp:
    word = tag.strip().lower().removeprefix(PREFIX).strip().replace("_", "+").replace("amber strict", "amber+strict")
    word = OLD.get(word, word)
    return Tlp(word) if word in Tlp.values else Tlp.RED
