# SPDX-License-Identifier: Apache-2.0
"""Reads about organisations, accounts, tokens and compartments."""

from collections.abc import Callable
from typing import Any

import pytest

from longwatch.access import selectors
from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.accounts import disable_account
from longwatch.access.services.compartments import add_member, open_compartment, remove_member
from longwatch.access.services.tokens import create_token
from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid7
from tests.personas import Cast

Limit = Callable[[int], Any]


class TestOrganisation:
    """organisation"""

    def test_finds_it(self, cast: Cast) -> None:
        assert selectors.organisation(cast.organisation.id) == cast.organisation

    def test_refuses_an_unknown_one(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            selectors.organisation(uuid7())


class TestAccounts:
    """accounts"""

    def test_are_the_active_ones_of_the_organisation_by_name(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            disable_account(cast.hr.id, reason="Left", by=cast.administrator)
        found = list(selectors.accounts(cast.analyst))
        assert [account.name for account in found] == sorted(account.name for account in found)
        expected = {account.id for name, account in cast.accounts.items() if name not in ("hr", "outsider")}
        assert {account.id for account in found} == expected


class TestPeople:
    """people"""

    def test_leave_programs_out(self, cast: Cast) -> None:
        ids = {account.id for account in selectors.people(cast.analyst)}
        assert cast.analyst.id in ids
        assert cast.integration.id not in ids


class TestAccountOf:
    """account_of"""

    def test_finds_a_colleague(self, cast: Cast) -> None:
        assert selectors.account_of(cast.analyst, cast.hr.id).name == "Hanna HR"

    def test_hides_accounts_of_other_organisations(self, cast: Cast) -> None:
        for actor, other in ((cast.analyst, cast.outsider), (cast.outsider, cast.analyst)):
            with pytest.raises(NotFound):
                selectors.account_of(actor, other.id)


class TestAccountsById:
    """accounts_by_id"""

    def test_takes_one_query_and_leaves_out_unknown_ones(self, cast: Cast, django_assert_num_queries: Limit) -> None:
        with django_assert_num_queries(1):
            found = selectors.accounts_by_id([cast.hr.id, cast.hr.id, cast.lead.id, uuid7()])
        assert set(found) == {cast.hr.id, cast.lead.id}


class TestOperations:
    """operations"""

    def test_is_where_open_incidents_live(self, cast: Cast) -> None:
        with acting_as(cast.responder):
            assert selectors.operations(cast.organisation.id) == cast.operations


class TestMembers:
    """members"""

    def test_are_the_present_ones_oldest_first(self, cast: Cast, django_assert_num_queries: Limit) -> None:
        with acting_as(cast.lead):
            closed = open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, by=cast.lead)
            for guest in (cast.hr, cast.counsel):
                add_member(closed.id, guest.id, reason="Needed", by=cast.lead)
            remove_member(closed.id, cast.hr.id, reason="Done", by=cast.lead)
            with django_assert_num_queries(1):
                found = [(each.account.name, each.granted_by) for each in selectors.members(closed.id)]
        assert found == [("Leo Lead", cast.accounts["lead"]), ("Carl Counsel", cast.accounts["lead"])]

    def test_are_nobodys_business_outside(self, cast: Cast) -> None:
        with acting_as(cast.lead):
            closed = open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, by=cast.lead)
        for outside in (cast.supervisor, cast.administrator, cast.auditor, cast.outsider, None):
            with acting_as(outside):
                assert not selectors.members(closed.id).exists()


class TestTokens:
    """tokens"""

    def test_are_those_of_the_organisation_newest_first(self, cast: Cast, django_assert_num_queries: Limit) -> None:
        made = [
            create_token(account_id=actor.id, label="Script", permissions=actor.permissions, by=actor)[0]
            for actor in (cast.analyst, cast.outsider, cast.integration)
        ]
        with django_assert_num_queries(1):
            assert [token.account.name for token in selectors.tokens(cast.administrator)] == ["SIEM", "Ana Analyst"]
        assert list(selectors.tokens(cast.outsider)) == [made[1]]
