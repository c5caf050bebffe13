# SPDX-License-Identifier: Apache-2.0
"""What is said about entities, as it is put together."""

from datetime import timedelta
from uuid import UUID

from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.entities.identities import MOST_JOINED, Known, joined, known
from longwatch.entities.models import Identity
from tests.personas import Cast

ONE, TWO, THREE = uuid7(), uuid7(), uuid7()


def said(entity: UUID, into: UUID, *, minutes: int = 0, same: bool = True) -> Identity:
    """One that holds."""
    return Identity(entity_id=entity, into_id=into, said_at=clock.now() + timedelta(minutes=minutes), same=same)


class TestKnown:
    def test_leads_with_what_the_others_were_merged_into(self) -> None:
        rows = [said(TWO, ONE), said(THREE, TWO, minutes=1)]
        assert Known([THREE, TWO, ONE], rows, []).main == ONE

    def test_leads_with_what_was_asked_for_when_nobody_merged_anything(self) -> None:
        assert Known([TWO], [said(ONE, TWO, same=False)], []).main == TWO

    def test_names_what_it_is_told_apart_from(self) -> None:
        assert Known([TWO], [said(ONE, TWO, same=False)], []).apart == {ONE}

    def test_nothing_is_said_of_what_nobody_spoke_of(self, cast: Cast) -> None:
        assert known(ONE, ["incident"]) == Known([ONE], [], [])


class TestJoined:
    def test_keeps_what_was_asked_for_first_and_is_bounded(self, cast: Cast) -> None:
        asked = [uuid7() for _ in range(MOST_JOINED + 5)]
        assert joined(asked, ["incident"]) == asked
