# SPDX-License-Identifier: Apache-2.0
"""Which entities are likely the same, and why. Pure; whether they are, a person says."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.entities.kinds import EntityKind, entity_key

ALIKE = 0.86
SHORTEST_PART = 3
_WORDS = re.compile(r"[^\W_]+")
_NAMES = (EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.ACCOUNT)
_MACHINES = (EntityKind.HOST, EntityKind.ASSET, EntityKind.DOMAIN)
_ACCOUNTS = (EntityKind.ACCOUNT, EntityKind.EMAIL)


class Why(models.TextChoices):
    """Why two are likely the same."""

    INVENTORY = "inventory", _("The inventory has both as one")
    SAME_TEXT = "same_text", _("The same text as another kind")
    ADDRESS = "address", _("The address holds the name")
    SHORT_NAME = "short_name", _("The short name of the same machine")
    ORDER = "order", _("The same name in another order or with initials")
    SPELLING = "spelling", _("Spelled almost the same")
    NUMBER = "number", _("The same number, written nationally")


def spellings(kind: str, value: str) -> Iterator[tuple[EntityKind, str, Why]]:
    """What else the same thing could be called exactly; few, so that each can be looked up."""
    text = entity_key(kind, value).partition(":")[2]
    local, at, domain = text.partition("@")
    for group in (_MACHINES, _ACCOUNTS, (EntityKind.IP, EntityKind.HOST)):
        if kind in group:
            yield from ((other, text, Why.SAME_TEXT) for other in group if other != kind)
    if kind in _ACCOUNTS and at:
        yield EntityKind.ACCOUNT, local, Why.ADDRESS
        yield EntityKind.ACCOUNT, f"{domain.partition('.')[0]}\\{local}", Why.ADDRESS
    if kind == EntityKind.ACCOUNT and "\\" in text:
        yield EntityKind.ACCOUNT, text.rpartition("\\")[2], Why.ADDRESS
    if kind in _MACHINES and "." in text:
        yield from ((other, text.partition(".")[0], Why.SHORT_NAME) for other in (EntityKind.HOST, EntityKind.ASSET))
    if kind == EntityKind.PHONE:
        yield from ((EntityKind.PHONE, each, Why.NUMBER) for each in _numbers(text))


def words_for(kind: str, value: str) -> list[str]:
    """Words by which those of almost the same name are found; none when the kind has no names."""
    if kind not in (*_NAMES, EntityKind.EMAIL):
        return []
    return [part for part in _parts(value.partition("@")[0]) if len(part) >= SHORTEST_PART][:4]


def alike(kind: str, value: str, other_kind: str, other: str) -> Why | None:
    """Why two names are likely of one; nothing when they are not."""
    addresses = [each for each in (kind, other_kind) if each == EntityKind.EMAIL]
    mine, theirs = _parts(value.partition("@")[0]), _parts(other.partition("@")[0])
    known = all(each in (*_NAMES, EntityKind.EMAIL) for each in (kind, other_kind))
    if not mine or not theirs or len(addresses) == 2 or not known:
        return None
    if EntityKind.ACCOUNT in (kind, other_kind) or addresses:
        return Why.ADDRESS if len(mine) > 1 and _fits(mine, theirs) else None
    if kind != other_kind:
        return None
    if _fits(mine, theirs):
        return Why.ORDER
    ratio = SequenceMatcher(None, " ".join(sorted(mine)), " ".join(sorted(theirs))).ratio()
    return Why.SPELLING if ratio >= ALIKE else None


def _fits(mine: list[str], theirs: list[str]) -> bool:
    """The same parts in any order, of which all but one may be initials."""
    if len(mine) != len(theirs) or len(mine) < 2:
        return False
    left = list(theirs)
    whole = 0
    for part in mine:
        found = next((each for each in left if each == part), None) or next(
            (each for each in left if min(len(each), len(part)) == 1 and each[0] == part[0]), None
        )
        if found is None:
            return False
        left.remove(found)
        whole += found == part
    return whole >= 1


def _parts(value: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", value.casefold())
    return _WORDS.findall("".join(each for each in plain if not unicodedata.combining(each)))


def _numbers(text: str) -> Iterator[str]:
    """A number that begins with 00 or + as the other; which country is left out nobody knows without asking."""
    if text.startswith("+"):
        yield f"00{text[1:]}"
    elif text.startswith("00"):
        yield f"+{text[2:]}"
