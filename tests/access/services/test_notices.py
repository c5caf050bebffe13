# SPDX-License-Identifier: Apache-2.0
"""Notices and their mails: that there is something, never what."""

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.oversight import Notice, NoticeKind
from longwatch.access.roles import Permission
from longwatch.access.services.accounts import change_roles, create_account, disable_account
from longwatch.access.services.notices import notify, own_notices, tell_of_guards, with_role
from longwatch.core.actor import Actor, system
from tests.personas import Cast


class TestNotify:
    """notify"""

    def test_leaves_one_with_each_person(self, cast: Cast) -> None:
        twice = [cast.accounts["hr"], cast.accounts["hr"], cast.accounts["counsel"]]
        with acting_as(cast.analyst):
            assert len(notify(twice, NoticeKind.GLASS_BROKEN, "/cases", by=cast.analyst)) == 2
            assert own_notices(cast.analyst) == []
        with acting_as(cast.hr):
            assert [row.kind for row in own_notices(cast.hr)] == ["glass_broken"]

    def test_leaves_none_with_another_organisation_or_leading_elsewhere(self, cast: Cast) -> None:
        for account, link in (("outsider", "/cases"), ("hr", "https://evil.example")):
            with acting_as(cast.analyst), pytest.raises(DatabaseError), transaction.atomic():
                notify([cast.accounts[account]], NoticeKind.GLASS_BROKEN, link, by=cast.analyst)
        assert not Notice.objects.exists()


def told(actor: Actor) -> list[tuple[str, str]]:
    with acting_as(actor):
        return [(row.kind, row.link) for row in own_notices(actor)]


class TestTellOfGuards:
    """tell_of_guards"""

    BEFORE = (("guard_changed", "/notices"),)  # Of the privacy officer, whose account was made after the custodian's.

    @pytest.mark.parametrize("role", ["custodian", "privacy", "counsel"])
    def test_says_to_those_who_guard_that_an_administrator_made_another(self, cast: Cast, role: str) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.analyst.id, roles=["analyst", role], by=cast.administrator)
        assert told(cast.custodian) == [("guard_changed", "/notices"), *self.BEFORE]
        assert told(cast.privacy) == [("guard_changed", "/ledger?action=account.roles_changed")]
        assert told(cast.analyst) == []

    def test_says_it_of_a_new_account_and_of_one_that_ends(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            made = create_account(email="k@halden.test", name="Kim", roles=["custodian"], by=cast.administrator)
            disable_account(cast.custodian.id, reason="Left", by=cast.administrator)
        assert [link for _kind, link in told(cast.privacy)] == [
            "/ledger?action=account.disabled", "/ledger?action=account.created",
        ]  # fmt: skip
        assert told(actor_of(made)) == [("guard_changed", "/notices")]

    def test_says_nothing_of_other_roles(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.analyst.id, roles=["analyst", "supervisor"], by=cast.administrator)
        assert told(cast.privacy) == []

    def test_says_it_too_when_an_identity_provider_gave_the_role(self, cast: Cast) -> None:
        by = system(cast.organisation.id, frozenset({str(Permission.ACCOUNT_ADMINISTER)}), via="single sign-on")
        with acting_as(by):
            change_roles(cast.analyst.id, roles=["custodian"], by=by)
        assert len(told(cast.privacy)) == 1

    def test_is_refused_by_the_database_without_the_act(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(DatabaseError), transaction.atomic():
            tell_of_guards(cast.analyst.id, ["custodian"])


class TestWithRole:
    """with_role"""

    def test_finds_the_privacy_officers(self, cast: Cast) -> None:
        assert with_role("privacy", cast.analyst) == [cast.accounts["privacy"]]
