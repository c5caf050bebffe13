# SPDX-License-Identifier: Apache-2.0
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.ids import uuid7
from longwatch.web.navigation import Place, links

LEDGER = Place("Ledger", "web:ledger", "history", "g l", "ledger:read")
START = Place("Start", "web:home", "house", "g h", "ledger:read")


def person(*permissions: Permission) -> Actor:
    return Actor(ActorKind.ACCOUNT, uuid7(), "Aud Auditor", uuid7(), permissions=frozenset(permissions))


def test_nobody_sees_no_places() -> None:
    assert links([LEDGER], None, "/") == []


def test_a_place_needs_its_permission() -> None:
    assert links([LEDGER], person(Permission.CASE_READ), "/") == []


def test_a_place_that_does_not_exist_is_left_out() -> None:
    assert links([Place("Moon", "moon:surface", "moon", "", "ledger:read")], person(Permission.LEDGER_READ), "/") == []


def test_only_the_nearest_place_is_marked() -> None:
    shown = links([START, LEDGER], person(Permission.LEDGER_READ), "/ledger")
    assert [(link.name, link.active) for link in shown] == [("Start", False), ("Ledger", True)]
