# SPDX-License-Identifier: Apache-2.0
"""Who acts."""

from dataclasses import FrozenInstanceError

import pytest

from longwatch.core.actor import PUBLIC_ID, SYSTEM_ID, Actor, ActorKind, public_reporter, system
from longwatch.core.ids import uuid7


def somebody(*permissions: str) -> Actor:
    return Actor(ActorKind.ACCOUNT, uuid7(), "Ana", uuid7(), frozenset({"analyst"}), frozenset(permissions))


class TestActor:
    """Actor"""

    def test_may_what_it_carries_and_nothing_else(self) -> None:
        actor = somebody("signal:read")
        assert actor.may("signal:read")
        assert not actor.may("signal:triage")
        assert not actor.may("")

    def test_cannot_be_given_more_afterwards(self) -> None:
        with pytest.raises(FrozenInstanceError):
            somebody().permissions = frozenset({"case:read"})  # type: ignore[misc]

    def test_begins_an_operation_of_its_own(self) -> None:
        assert somebody().operation_id != somebody().operation_id

    def test_is_the_same_through_another_entrance(self) -> None:
        actor = somebody("signal:read")
        moved = actor.through("api")
        assert (moved.id, moved.label, moved.permissions, moved.via) == (actor.id, "Ana", actor.permissions, "api")
        assert moved.operation_id != actor.operation_id


class TestPublicReporter:
    """public_reporter"""

    def test_is_nobody_in_particular_and_may_nothing(self) -> None:
        actor = public_reporter(uuid7())
        assert (actor.kind, actor.id, actor.permissions, actor.roles) == (
            "reporter",
            PUBLIC_ID,
            frozenset(),
            frozenset(),
        )


class TestSystem:
    """system"""

    def test_is_longwatch_with_only_what_it_is_given(self) -> None:
        actor = system(uuid7(), frozenset({"signal:submit"}), via="set-up")
        assert (actor.kind, actor.id, actor.label, actor.via) == ("system", SYSTEM_ID, "Longwatch", "set-up")
        assert actor.may("signal:submit")
        assert not system(uuid7()).permissions
