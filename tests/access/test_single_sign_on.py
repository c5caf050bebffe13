# SPDX-License-Identifier: Apache-2.0
"""Who a person of an identity provider is here."""

from typing import Any

import pytest

from longwatch.access.models import Account
from longwatch.access.roles import Role
from longwatch.access.services.accounts import change_roles
from longwatch.access.single_sign_on import Person, SignInRefused, account_for, roles_for
from longwatch.access.single_sign_on_provider import Provider
from tests.personas import Cast

ROLES = {"soc": ("analyst",), "leads": ("investigator", "analyst"), "admins": ("administrator",)}


def provider(cast: Cast, **changes: Any) -> Provider:
    told: dict[str, Any] = {"creates_accounts": True, "links_administrators": True, "roles": ROLES, **changes}
    return Provider("corp", "Corp", cast.organisation.slug, frozenset({"corp.test", "halden.test"}), **told)


def person(email: str = "ana@corp.test", uid: str = "1", *groups: str, verified: bool = True) -> Person:
    return Person(uid, email, verified, "Ana", frozenset(groups or {"soc"}))


class TestRolesFor:
    """roles_for"""

    def test_adds_up_the_groups(self, cast: Cast) -> None:
        assert roles_for(provider(cast), ["soc", "leads", "cooks"]) == ["analyst", "investigator"]
        assert roles_for(provider(cast), ["cooks"]) == []


class TestAccountFor:
    """account_for"""

    def test_leaves_the_last_administrator_the_role_whatever_the_groups_say(self, cast: Cast) -> None:
        email = cast.accounts["administrator"].email
        assert account_for(provider(cast), person(email)).roles == [Role.ADMINISTRATOR, Role.ANALYST]

    def test_takes_the_role_of_an_administrator_when_another_administers(self, cast: Cast) -> None:
        change_roles(cast.lead.id, roles=["administrator"], by=cast.administrator)
        email = cast.accounts["administrator"].email
        assert account_for(provider(cast), person(email)).roles == [Role.ANALYST]

    def test_links_nobody_where_that_is_not_allowed(self, cast: Cast) -> None:
        with pytest.raises(SignInRefused):
            account_for(provider(cast, links_accounts=False), person(cast.accounts["analyst"].email))

    def test_knows_a_person_by_what_does_not_change(self, cast: Cast) -> None:
        first = account_for(provider(cast), person())
        again = account_for(provider(cast), person("ana.married@corp.test"))
        assert first.id == again.id
        assert Account.objects.get(id=first.id).email == "ana@corp.test"

    def test_refuses_an_unverified_address_and_makes_nothing(self, cast: Cast) -> None:
        with pytest.raises(SignInRefused):
            account_for(provider(cast), person(verified=False))
        assert not Account.objects.filter(email="ana@corp.test").exists()

    def test_refuses_an_organisation_that_is_not_here(self, cast: Cast) -> None:
        with pytest.raises(SignInRefused):
            account_for(Provider("corp", "Corp", "nowhere", frozenset({"corp.test"}), ROLES), person())
