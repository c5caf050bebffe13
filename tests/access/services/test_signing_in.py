# SPDX-License-Identifier: Apache-2.0
"""Sessions ended from elsewhere, and what the ledger says of signing in."""

import pytest

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_password, change_roles, disable_account
from longwatch.access.services.signing_in import (
    note_sign_in,
    note_sign_out,
    revoke_session,
    revoke_sessions,
    sessions_of,
)
from longwatch.access.sessions import living
from longwatch.core.errors import NotAllowed, NotFound
from tests.access.ageing import signed_in
from tests.access.entries import actions, newest_details
from tests.personas import PASSWORD, Cast


def said(cast: Cast) -> list[str]:
    with acting_as(cast.administrator):
        return actions(cast.analyst.id)[1:]


class TestNoteSignIn:
    """note_sign_in"""

    def test_says_how(self, cast: Cast) -> None:
        note_sign_in(methods=["password", "totp"], device="Firefox on Linux", by=cast.analyst)
        note_sign_out(by=cast.analyst)
        assert said(cast) == ["account.signed_in", "account.signed_out"]


class TestSessionsOf:
    """sessions_of"""

    def test_are_ones_own_or_an_administrators_to_see(self, cast: Cast) -> None:
        signed_in(cast.accounts["analyst"])
        assert len(sessions_of(cast.analyst.id, by=cast.analyst)) == 1
        assert len(sessions_of(cast.analyst.id, by=cast.administrator)) == 1
        with pytest.raises(NotAllowed):
            sessions_of(cast.analyst.id, by=cast.supervisor)
        with pytest.raises(NotFound):
            sessions_of(cast.analyst.id, by=cast.outsider)


class TestRevokeSession:
    """revoke_session"""

    def test_ends_it_and_says_so(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        (row,) = living(cast.analyst.id)
        revoke_session(cast.analyst.id, row.id, by=cast.administrator)
        assert browser.get("/preferences").status_code == 302
        with acting_as(cast.administrator):
            assert actions(row.id) == ["session.revoked"]

    def test_refuses_it_the_second_time_and_that_of_others(self, cast: Cast) -> None:
        signed_in(cast.accounts["analyst"])
        (row,) = living(cast.analyst.id)
        with pytest.raises(NotFound):
            revoke_session(cast.lead.id, row.id, by=cast.lead)
        revoke_session(cast.analyst.id, row.id, by=cast.analyst)
        with pytest.raises(NotFound):
            revoke_session(cast.analyst.id, row.id, by=cast.analyst)


class TestRevokeSessions:
    """revoke_sessions"""

    def test_leaves_the_one_that_asked(self, cast: Cast) -> None:
        mine = signed_in(cast.accounts["analyst"])
        (kept,) = living(cast.analyst.id)
        signed_in(cast.accounts["analyst"])
        assert revoke_sessions(cast.analyst.id, reason="asked", by=cast.analyst, but=kept.id) == 1
        assert mine.get("/preferences").status_code == 200
        with acting_as(cast.administrator):
            assert newest_details(cast.analyst.id)["number"] == 1

    def test_says_nothing_when_there_are_none(self, cast: Cast) -> None:
        assert revoke_sessions(cast.analyst.id, reason="asked", by=cast.analyst) == 0
        assert said(cast) == []

    @pytest.mark.parametrize("act", ["disabled", "password", "roles"])
    def test_happens_when_somebody_may_do_less_than_before(self, cast: Cast, act: str) -> None:
        browser = signed_in(cast.accounts["analyst"])
        if act == "disabled":
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
        elif act == "password":
            change_password(cast.analyst.id, password=PASSWORD, by=cast.administrator)
        else:
            change_roles(cast.analyst.id, roles=["responder"], by=cast.administrator)
        assert living(cast.analyst.id) == []
        assert browser.get("/preferences").status_code == 302

    def test_does_not_happen_when_somebody_may_do_more(self, cast: Cast) -> None:
        signed_in(cast.accounts["analyst"])
        change_roles(cast.analyst.id, roles=["analyst", "responder"], by=cast.administrator)
        assert len(living(cast.analyst.id)) == 1
