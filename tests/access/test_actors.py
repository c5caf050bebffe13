# SPDX-License-Identifier: Apache-2.0
"""From accounts and bearer tokens to actors."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from longwatch import ledger
from longwatch.access.actors import actor_of, actor_of_token, token_digest
from longwatch.access.context import acting_as
from longwatch.access.events import TokenCreated
from longwatch.access.models import ApiToken
from longwatch.access.services.accounts import change_roles, disable_account
from longwatch.access.services.tokens import create_token, revoke_token
from longwatch.core import clock
from longwatch.core.errors import SignInNeeded
from tests.personas import Cast

WANTED = ("signal:read", "case:read")


def token_of(cast: Cast, name: str = "analyst", permissions: tuple[str, ...] = WANTED) -> tuple[ApiToken, str]:
    """A token that somebody made for themself."""
    actor = cast.actors[name]
    with acting_as(actor):
        return create_token(account_id=actor.id, label="Script", permissions=permissions, by=actor)


def expiring_token(cast: Cast, **fields: Any) -> str:
    """A token of the analyst's with a last day."""
    actor, text = cast.analyst, "lw_" + "x" * 43
    token = ApiToken(
        org_id=actor.org_id, account_id=actor.id, label="Old", prefix=text[:9], token_hash=token_digest(text),
        permissions=["signal:read"], **fields,
    )  # fmt: skip
    event = TokenCreated(
        subject_id=token.id, label="Old", account_id=actor.id, permissions=("signal:read",), source_id=None
    )
    ledger.record_created(event, by=actor, row=token)
    return text


class TestActorOf:
    """actor_of"""

    def test_is_the_account_with_the_permissions_of_its_roles(self, cast: Cast) -> None:
        actor = actor_of(cast.accounts["auditor"], via="job")
        assert (actor.kind, actor.id, actor.label, actor.via) == ("account", cast.auditor.id, "Aud Auditor", "job")
        assert (actor.org_id, actor.permissions) == (cast.organisation.id, frozenset({"ledger:read"}))

    def test_tells_programs_from_people(self, cast: Cast) -> None:
        assert actor_of(cast.accounts["integration"]).kind == "integration"
        account = cast.accounts["integration"]
        account.roles = ["integration", "analyst"]
        assert actor_of(account).kind == "account"


class TestTokenDigest:
    """token_digest"""

    def test_is_sha_256(self) -> None:
        assert token_digest("abc") == hashlib.sha256(b"abc").digest()


class TestActorOfToken:
    """actor_of_token"""

    def test_acts_as_the_account_within_the_tokens_permissions(self, cast: Cast) -> None:
        _row, text = token_of(cast)
        actor = actor_of_token(text)
        assert (actor.id, actor.via, actor.permissions) == (cast.analyst.id, "api", frozenset(WANTED))

    def test_loses_what_the_account_lost(self, cast: Cast) -> None:
        """A role taken away takes its permissions out of every token at once."""
        _row, text = token_of(cast)
        with acting_as(cast.administrator):
            change_roles(cast.analyst.id, roles=["counsel"], by=cast.administrator)
        assert actor_of_token(text).permissions == {"case:read"}

    def test_gains_nothing_that_the_account_gained(self, cast: Cast) -> None:
        _row, text = token_of(cast, permissions=("signal:read",))
        with acting_as(cast.administrator):
            change_roles(cast.analyst.id, roles=["supervisor", "auditor"], by=cast.administrator)
        assert actor_of_token(text).permissions == {"signal:read"}

    @pytest.mark.parametrize("text", ["", "lw_", "lw_unknown", "x" * 100_000, "é", "\x00"])
    def test_refuses_an_unknown_token(self, cast: Cast, text: str) -> None:
        with pytest.raises(SignInNeeded) as refusal:
            actor_of_token(text)
        assert refusal.value.code == "token_unknown"

    def test_refuses_what_is_kept_of_it(self, cast: Cast) -> None:
        """Who reads the table cannot sign in with what it holds."""
        row, text = token_of(cast)
        for kept in (row.prefix, bytes(row.token_hash).hex(), str(row.id)):
            with pytest.raises(SignInNeeded):
                actor_of_token(kept)
        with connection.cursor() as cursor:
            cursor.execute("select t::text from access_api_token t where id = %s", [row.id])
            assert text not in cursor.fetchone()[0]

    def test_refuses_a_revoked_token(self, cast: Cast) -> None:
        row, text = token_of(cast)
        with acting_as(cast.analyst):
            revoke_token(row.id, by=cast.analyst)
        with pytest.raises(SignInNeeded):
            actor_of_token(text)

    def test_refuses_a_token_after_its_last_moment(self, cast: Cast) -> None:
        last = clock.now() + timedelta(days=1)
        text = expiring_token(cast, expires_at=last)
        assert actor_of_token(text).id == cast.analyst.id
        for moment in (last, last + timedelta(seconds=1)):
            with clock.unsafe_pretend(moment), pytest.raises(SignInNeeded):
                actor_of_token(text)

    def test_refuses_the_token_of_a_disabled_account(self, cast: Cast) -> None:
        _row, text = token_of(cast)
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
        with pytest.raises(SignInNeeded):
            actor_of_token(text)
