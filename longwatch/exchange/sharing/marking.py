# SPDX-License-Identifier: Apache-2.0
"""The Traffic Light Protocol (version 2.0) among tags, and how far what is marked travels. Pure functions."""

from collections.abc import Iterable

from longwatch.entities.markings import Tlp, strictest_tlp

PREFIX = "tlp:"
# The words of version 1.
OLD = {"white": "clear"}


def rank_of(mark: Tlp) -> int:
    """Higher travels less far."""
    return list(Tlp).index(mark)


def tag_of(mark: Tlp) -> str:
    """As MISP writes it."""
    return f"{PREFIX}{mark.value}"


def tlp_of(tags: Iterable[str]) -> Tlp | None:
    """The strictest marking among tags; None when there is none. One that nobody knows is the strictest."""
    return strictest_tlp(_read(tag) for tag in tags if tag.strip().lower().startswith(PREFIX))


def is_above(mark: Tlp | None, limit: Tlp) -> bool:
    """Whether a thing with this marking must not travel as far as that. What is not marked may: somebody chose so."""
    return mark is not None and rank_of(mark) > rank_of(limit)


def _read(tag: str) -> Tlp:
    word = tag.strip().lower().removeprefix(PREFIX).strip().replace("_", "+").replace("amber strict", "amber+strict")
    word = OLD.get(word, word)
    return Tlp(word) if word in Tlp.values else Tlp.RED
