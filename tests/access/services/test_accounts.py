# SPDX-License-Identifier: Apache-2.0
"""Organisations and accounts."""

import pytest
from django.db import IntegrityError, transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment, Organisation
from longwatch.access.services.accounts import (
    change_organisation,
    change_password,
    change_preferences,
    change_roles,
    create_account,
    create_organisation,
    disable_account,
)
from longwatch.core.actor import Actor, system
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from tests.access.entries import actions, newest_details
from tests.personas import Cast


def new_account(by: Actor, email: str = "new@halden.test", roles: tuple[str, ...] = ("analyst",)) -> Account:
    return create_account(email=email, name=" Nora New ", roles=roles, by=by)


class TestCreateOrganisation:
    """create_organisation"""

    def test_makes_it_and_says_so(self, cast: Cast) -> None:
        by = system(cast.organisation.id)
        made = create_organisation(name="North", slug="north", by=by, org_id=uuid7())
        with acting_as(cast.auditor):
            assert actions(made.id) == ["organisation.created"]

    def test_refuses_a_short_name_that_is_taken(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_organisation(name="Again", slug=cast.organisation.slug, by=system(cast.organisation.id))


class TestChangeOrganisation:
    """change_organisation"""

    def test_names_ones_own_and_says_so_once(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            for _ in range(2):
                made = change_organisation(name=" Halden North ", emergency_text="Call 112", by=cast.administrator)
            assert actions(made.id) == ["organisation.created", "organisation.changed"]
            said = newest_details(made.id)
        assert (said["before"], said["after"], said["emergency_text"]) == ("Halden Works", "Halden North", "Call 112")
        stored = Organisation.objects.get(id=cast.organisation.id)
        assert (stored.name, stored.emergency_text, stored.slug) == ("Halden North", "Call 112", cast.organisation.slug)
        assert Organisation.objects.get(id=cast.outsider.org_id).name == "Other"

    @pytest.mark.parametrize("name", [" ", "x" * 201])
    def test_refuses_no_name_and_one_that_is_too_long(self, cast: Cast, name: str) -> None:
        with acting_as(cast.administrator), pytest.raises(Invalid) as refusal:
            change_organisation(name=name, emergency_text="", by=cast.administrator)
        assert list(refusal.value.fields) == ["name"]

    def test_is_an_administrators(self, cast: Cast) -> None:
        for actor in (cast.supervisor, cast.auditor, cast.privacy):
            with acting_as(actor), pytest.raises(NotAllowed):
                change_organisation(name="Mine", emergency_text="", by=actor)


class TestCreateAccount:
    """create_account"""

    def test_makes_an_account_of_the_same_organisation_and_says_so(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            account = new_account(cast.administrator, " New@Halden.test ", ("supervisor", "analyst", "analyst"))
            stored = Account.objects.get(id=account.id)
            assert actions(account.id) == ["account.created"]
            assert newest_details(account.id)["roles"] == ["analyst", "supervisor"]
        assert (stored.email, stored.name, stored.org_id) == ("new@halden.test", "Nora New", cast.organisation.id)
        assert stored.roles == ["analyst", "supervisor"]

    def test_leaves_no_way_to_sign_in_without_a_password(self, cast: Cast) -> None:
        assert not new_account(cast.administrator).has_usable_password()

    def test_keeps_a_password_out_of_the_ledger(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            account = create_account(
                email="n@halden.test", name="N", roles=["analyst"], password="correct horse battery",
                by=cast.administrator,
            )  # fmt: skip
            assert account.check_password("correct horse battery")
            assert "password" not in newest_details(account.id)
            assert account.password not in str(newest_details(account.id))

    @pytest.mark.parametrize("email", ["NEW@halden.test", " new@halden.test "])
    def test_refuses_an_address_twice_whatever_its_case(self, cast: Cast, email: str) -> None:
        new_account(cast.administrator)
        with pytest.raises(Conflict) as refusal:
            new_account(cast.administrator, email)
        assert refusal.value.code == "email_taken"

    @pytest.mark.parametrize("roles", [(), ("emperor",), ("analyst", "")])
    def test_refuses_roles_that_nobody_knows(self, cast: Cast, roles: tuple[str, ...]) -> None:
        with pytest.raises(Invalid) as refusal:
            new_account(cast.administrator, roles=roles)
        assert set(refusal.value.fields) == {"roles"}

    def test_refuses_a_zone_that_nobody_knows(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            create_account(
                email="n@halden.test", name="N", roles=["analyst"], time_zone="Mars/North", by=cast.administrator
            )
        assert set(refusal.value.fields) == {"time_zone"}

    @pytest.mark.parametrize("name", ["supervisor", "auditor", "integration", "analyst"])
    def test_is_for_administrators_only(self, cast: Cast, name: str) -> None:
        with pytest.raises(NotAllowed):
            new_account(cast.actors[name])


class TestChangeRoles:
    """change_roles"""

    def test_replaces_them_and_says_what_they_were(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.analyst.id, roles=["hr", "counsel"], by=cast.administrator)
            details = newest_details(cast.analyst.id)
        assert Account.objects.get(id=cast.analyst.id).roles == ["counsel", "hr"]
        assert (details["before"], details["after"]) == (["analyst"], ["counsel", "hr"])

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            for _ in range(2):
                change_roles(cast.analyst.id, roles=["hr"], by=cast.administrator)
            assert actions(cast.analyst.id) == ["account.created", "account.roles_changed"]

    def test_closes_compartments_at_once(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.analyst.id, roles=["auditor"], by=cast.administrator)
        with acting_as(cast.analyst):
            assert not Compartment.objects.exists()

    @pytest.mark.parametrize("roles", [[], ["emperor"]])
    def test_refuses_roles_that_nobody_knows(self, cast: Cast, roles: list[str]) -> None:
        with pytest.raises(Invalid):
            change_roles(cast.analyst.id, roles=roles, by=cast.administrator)

    def test_refuses_to_raise_oneself(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            change_roles(cast.analyst.id, roles=["administrator"], by=cast.analyst)

    def test_hides_accounts_of_other_organisations(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            change_roles(cast.outsider.id, roles=["hr"], by=cast.administrator)

    def test_leaves_the_last_administrator_the_role(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            with pytest.raises(Conflict) as refusal:
                change_roles(cast.administrator.id, roles=["auditor"], by=cast.administrator)
            assert refusal.value.code == "last_administrator"
            change_roles(cast.administrator.id, roles=["auditor", "administrator"], by=cast.administrator)

    def test_takes_the_role_when_another_administers(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.lead.id, roles=["administrator"], by=cast.administrator)
            assert change_roles(cast.administrator.id, roles=["auditor"], by=cast.administrator).roles == ["auditor"]

    def test_counts_no_disabled_administrators(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.lead.id, roles=["administrator"], by=cast.administrator)
            disable_account(cast.lead.id, reason="Left", by=cast.administrator)
            with pytest.raises(Conflict):
                change_roles(cast.administrator.id, roles=["auditor"], by=cast.administrator)


class TestDisableAccount:
    """disable_account"""

    def test_shuts_out_at_once_and_says_why(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
            assert newest_details(cast.analyst.id)["reason"] == "Left"
        with acting_as(cast.analyst):
            assert not Compartment.objects.exists()

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            for reason in ("Left", "Left again"):
                disable_account(cast.analyst.id, reason=reason, by=cast.administrator)
            assert actions(cast.analyst.id) == ["account.created", "account.disabled"]

    def test_refuses_ones_own(self, cast: Cast) -> None:
        with pytest.raises(Conflict) as refusal:
            disable_account(cast.administrator.id, reason="", by=cast.administrator)
        assert refusal.value.code == "own_account"

    def test_is_for_administrators_only(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            disable_account(cast.analyst.id, reason="", by=cast.supervisor)

    def test_hides_accounts_of_other_organisations(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            disable_account(cast.outsider.id, reason="", by=cast.administrator)

    def test_leaves_the_last_administrator(self, cast: Cast) -> None:
        by = system(cast.organisation.id, frozenset({"account:administer"}), via="command line")
        with acting_as(by):
            with pytest.raises(Conflict) as refusal:
                disable_account(cast.administrator.id, reason="Left", by=by)
            assert refusal.value.code == "last_administrator"
            change_roles(cast.lead.id, roles=["administrator"], by=by)
            assert not disable_account(cast.administrator.id, reason="Left", by=by).is_active


class TestChangePassword:
    """change_password"""

    @pytest.mark.parametrize("by", ["analyst", "administrator"])
    def test_sets_ones_own_or_as_an_administrator(self, cast: Cast, by: str) -> None:
        change_password(cast.analyst.id, password="a new long passphrase", by=cast.actors[by])
        assert Account.objects.get(id=cast.analyst.id).check_password("a new long passphrase")
        with acting_as(cast.administrator):
            assert actions(cast.analyst.id) == ["account.created", "account.password_changed"]
            assert "passphrase" not in str(newest_details(cast.analyst.id))

    def test_says_so_each_time(self, cast: Cast) -> None:
        for _ in range(2):
            change_password(cast.analyst.id, password="a new long passphrase", by=cast.analyst)
        with acting_as(cast.administrator):
            assert actions(cast.analyst.id)[1:] == ["account.password_changed"] * 2

    def test_refuses_that_of_others(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            change_password(cast.hr.id, password="mine now, all mine", by=cast.supervisor)

    def test_hides_accounts_of_other_organisations(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            change_password(cast.outsider.id, password="mine now, all mine", by=cast.administrator)


class TestChangePreferences:
    """change_preferences"""

    def test_changes_how_pages_look_to_the_actor(self, cast: Cast) -> None:
        change_preferences(time_zone="Europe/Berlin", theme="dark", single_keys=False, by=cast.analyst)
        stored = Account.objects.get(id=cast.analyst.id)
        assert (stored.time_zone, stored.theme, stored.single_keys) == ("Europe/Berlin", "dark", False)
        with acting_as(cast.administrator):
            assert actions(cast.analyst.id) == ["account.created", "account.preferences_changed"]

    def test_refuses_a_zone_that_nobody_knows(self, cast: Cast) -> None:
        with pytest.raises(Invalid):
            change_preferences(time_zone="../etc/passwd", theme="dark", single_keys=True, by=cast.analyst)

    def test_is_not_for_programs_without_an_account(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            change_preferences(
                time_zone="UTC", theme="dark", single_keys=True, by=system(actor_of(cast.accounts["hr"]).org_id)
            )
