# SPDX-License-Identifier: Apache-2.0
"""The question before every change."""

import pytest
from django.test import RequestFactory

from longwatch.access.permission import actor_in, require, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import NotAllowed, NotFound, SignInNeeded
from longwatch.core.ids import uuid7


def person(*permissions: Permission) -> Actor:
    return Actor(ActorKind.ACCOUNT, uuid7(), "Ana", uuid7(), permissions=frozenset(permissions))


class TestRequire:
    """require"""

    def test_lets_through_who_carries_it(self) -> None:
        require(person(Permission.CASE_OPEN), Permission.CASE_OPEN)

    def test_refuses_who_does_not(self) -> None:
        with pytest.raises(NotAllowed) as refusal:
            require(person(Permission.CASE_READ), Permission.CASE_OPEN)
        assert refusal.value.code == "permission_missing"

    def test_tells_a_program_which_permission_its_token_lacks(self) -> None:
        program = Actor(ActorKind.ACCOUNT, uuid7(), "Ana", uuid7(), via="api")
        with pytest.raises(NotAllowed, match="does not carry the permission case:work"):
            require(program, Permission.CASE_WORK)


class TestRequireReading:
    """require_reading"""

    def test_returns_who_may_look(self) -> None:
        actor = person(Permission.CASE_READ)
        assert require_reading(actor, Permission.CASE_READ) is actor

    def test_hides_from_who_may_not(self) -> None:
        with pytest.raises(NotFound):
            require_reading(person(), Permission.CASE_READ)

    def test_asks_nobody_to_sign_in(self) -> None:
        with pytest.raises(SignInNeeded):
            require_reading(None, Permission.CASE_READ)


class TestActorIn:
    """actor_in"""

    def test_is_whom_the_middleware_found(self) -> None:
        request, actor = RequestFactory().get("/"), person()
        assert actor_in(request) is None
        vars(request)["actor"] = actor
        assert actor_in(request) is actor
