# SPDX-License-Identifier: Apache-2.0
"""API tokens."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.access.actors import actor_of_token, token_digest
from longwatch.access.context import acting_as
from longwatch.access.models import ApiToken
from longwatch.access.services.tokens import create_token, revoke_token
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotAllowed, NotFound, SignInNeeded
from longwatch.core.ids import uuid7
from tests.access.entries import actions, newest_details
from tests.personas import Cast


def token_for(cast: Cast, name: str, by: Actor, *permissions: str) -> tuple[ApiToken, str]:
    return create_token(account_id=cast.actors[name].id, label="Script", permissions=permissions, by=by)


class TestCreateToken:
    """create_token"""

    def test_returns_the_text_once_and_keeps_its_hash(self, cast: Cast) -> None:
        row, text = token_for(cast, "analyst", cast.analyst, "signal:read", "case:read", "case:read")
        stored = ApiToken.objects.get(id=row.id)
        assert text.startswith("lw_")
        assert len(text) == 46
        assert (bytes(stored.token_hash), stored.prefix) == (token_digest(text), text[:9])
        assert stored.permissions == ["case:read", "signal:read"]

    def test_says_so_without_the_text(self, cast: Cast) -> None:
        row, text = token_for(cast, "analyst", cast.analyst, "signal:read")
        with acting_as(cast.administrator):
            assert actions(row.id) == ["token.created"]
            details = newest_details(row.id)
        assert (details["label"], details["permissions"]) == ("Script", ["signal:read"])
        assert text not in str(details)

    def test_works_until_its_end(self, cast: Cast) -> None:
        end = clock.now() + timedelta(days=30)
        row, text = create_token(
            account_id=cast.analyst.id, label="Script", permissions=["signal:read"], expires_at=end, by=cast.analyst
        )
        assert (row.state, actor_of_token(text).expires_at) == ("working", end)
        with acting_as(cast.administrator):
            assert newest_details(row.id)["expires_at"][:19] == end.isoformat()[:19]
        with clock.unsafe_pretend(end), pytest.raises(SignInNeeded):
            actor_of_token(text)
        with clock.unsafe_pretend(end):
            assert ApiToken.objects.get(id=row.id).state == "expired"

    def test_refuses_an_end_that_has_passed(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            create_token(
                account_id=cast.analyst.id, label="Script", permissions=["signal:read"], expires_at=clock.now(),
                by=cast.analyst,
            )  # fmt: skip
        assert set(refusal.value.fields) == {"expires_at"}

    @pytest.mark.parametrize("later", [None, timedelta(days=31)])
    def test_refuses_one_that_outlives_the_token_it_is_made_with(self, cast: Cast, later: timedelta | None) -> None:
        asked: dict[str, Any] = {"account_id": cast.analyst.id, "label": "Script", "permissions": ["signal:read"]}
        _row, text = create_token(**asked, expires_at=clock.now() + timedelta(days=30), by=cast.analyst)
        by = actor_of_token(text)
        with pytest.raises(Invalid) as refusal:
            create_token(**asked, expires_at=None if later is None else clock.now() + later, by=by)
        assert set(refusal.value.fields) == {"expires_at"}
        assert create_token(**asked, expires_at=clock.now() + timedelta(days=29), by=by)

    def test_makes_another_each_time(self, cast: Cast) -> None:
        texts = {token_for(cast, "analyst", cast.analyst, "signal:read")[1] for _ in range(2)}
        assert len(texts) == 2

    def test_lets_an_administrator_make_one_for_a_program(self, cast: Cast) -> None:
        row, text = token_for(cast, "integration", cast.administrator, "signal:submit")
        assert (row.account_id, actor_of_token(text).id) == (cast.integration.id, cast.integration.id)

    @pytest.mark.parametrize("permissions", [(), ("case:approve",), ("signal:read", "all:everything")])
    def test_refuses_what_the_account_may_not(self, cast: Cast, permissions: tuple[str, ...]) -> None:
        with pytest.raises(Invalid) as refusal:
            token_for(cast, "analyst", cast.analyst, *permissions)
        assert set(refusal.value.fields) == {"permissions"}

    def test_refuses_to_make_a_wider_one_with_a_narrow_one(self, cast: Cast) -> None:
        """Who finds a token that may only read signals cannot turn it into one that reads cases."""
        narrow = actor_of_token(token_for(cast, "analyst", cast.analyst, "signal:read")[1])
        with pytest.raises(Invalid):
            token_for(cast, "analyst", narrow, "case:read")
        assert token_for(cast, "analyst", narrow, "signal:read")

    def test_refuses_one_for_somebody_else(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            token_for(cast, "integration", cast.supervisor, "signal:submit")

    @pytest.mark.parametrize("name", ["lead", "supervisor", "reporter"])
    def test_refuses_an_administrator_one_that_acts_as_another_person(self, cast: Cast, name: str) -> None:
        """An administrator is not a reader of content: not under somebody else's name either."""
        with pytest.raises(NotAllowed):
            token_for(cast, name, cast.administrator, "case:read")

    def test_hides_accounts_of_other_organisations(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            token_for(cast, "outsider", cast.administrator, "signal:read")


class TestRevokeToken:
    """revoke_token"""

    @pytest.mark.parametrize("by", ["analyst", "administrator"])
    def test_stops_ones_own_or_as_an_administrator(self, cast: Cast, by: str) -> None:
        row, _text = token_for(cast, "analyst", cast.analyst, "signal:read")
        revoke_token(row.id, by=cast.actors[by])
        assert ApiToken.objects.get(id=row.id).revoked_at is not None
        with acting_as(cast.administrator):
            assert actions(row.id) == ["token.created", "token.revoked"]

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        row, _text = token_for(cast, "analyst", cast.analyst, "signal:read")
        first = revoke_token(row.id, by=cast.analyst).revoked_at
        assert revoke_token(row.id, by=cast.analyst).revoked_at == first
        with acting_as(cast.administrator):
            assert actions(row.id) == ["token.created", "token.revoked"]

    @pytest.mark.parametrize("by", ["supervisor", "integration", "outsider"])
    def test_hides_tokens_of_others(self, cast: Cast, by: str) -> None:
        row, _text = token_for(cast, "analyst", cast.analyst, "signal:read")
        with pytest.raises(NotFound):
            revoke_token(row.id, by=cast.actors[by])

    def test_refuses_an_unknown_one(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            revoke_token(uuid7(), by=cast.administrator)
