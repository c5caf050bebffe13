# SPDX-License-Identifier: Apache-2.0
"""Who a person of an identity provider is here, and with which roles: its groups decide, within what we allow it.

A provider can vouch for addresses of its own domains only, never for an unverified one, and never takes over the
account of an administrator that it did not make.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.models import Account, Organisation
from longwatch.access.roles import Permission, Role
from longwatch.access.services.accounts import change_roles, create_account
from longwatch.access.sign_in_events import SingleSignOnLinked
from longwatch.access.single_sign_on_provider import Provider
from longwatch.core import actor as actors
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotAllowed


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as their identity provider describes them."""

    uid: str
    email: str
    is_verified: bool
    name: str
    groups: frozenset[str]


class SignInRefused(NotAllowed):
    """The provider knows this person, and they may not come in here; the sentence is for them."""

    default_code = "single_sign_on_refused"


def roles_for(provider: Provider, groups: Iterable[str]) -> list[str]:
    """The roles that the groups give; none when none of them is mapped."""
    return sorted({role for group in groups for role in provider.roles.get(group, ())})


@transaction.atomic
def account_for(provider: Provider, person: Person) -> Account:
    """The account of this person, made or linked when the provider may, with the roles of their groups.

    Refuses addresses of other domains and unverified ones, people without a mapped group, and disabled accounts.
    """
    roles = _admitted(provider, person)
    by = _provider_as_actor(provider)
    account = _linked(provider, person) or _known(provider, person, by) or _made(provider, person, roles, by)
    if account.org_id != by.org_id:
        raise SignInRefused("This account belongs to another organisation.")
    if not account.is_active:
        raise SignInRefused("This account is switched off. Ask an administrator if you think this is a mistake.")
    return _with_roles(account, roles, by)


def _admitted(provider: Provider, person: Person) -> list[str]:
    domain = person.email.rpartition("@")[2].lower()
    if not person.is_verified or domain not in provider.domains:
        raise SignInRefused(f"{provider.name} did not vouch for an e-mail address that we take from it.")
    roles = roles_for(provider, person.groups)
    if not roles:
        raise SignInRefused("None of your groups has a role here. Ask an administrator to give your group one.")
    return roles


def _provider_as_actor(provider: Provider) -> Actor:
    org = Organisation.objects.filter(slug=provider.organisation).first()
    if org is None:
        raise SignInRefused(f"{provider.name} is set up for an organisation that does not exist.")
    permissions = frozenset({str(Permission.ACCOUNT_ADMINISTER)})
    return actors.system(org.id, permissions, via=f"single sign-on: {provider.id}")


def _linked(provider: Provider, person: Person) -> Account | None:
    found = SocialAccount.objects.select_related("user").filter(provider=provider.id, uid=person.uid).first()
    return found.user if found else None


def _known(provider: Provider, person: Person, by: Actor) -> Account | None:
    account = Account.objects.filter(email__iexact=person.email).first()
    if account is None:
        return None
    is_theirs = Role.ADMINISTRATOR not in account.role_set or provider.links_administrators
    if account.org_id != by.org_id or not provider.links_accounts or not is_theirs or not account.is_active:
        raise SignInRefused("There is an account with your address that this way of signing in cannot open.")
    if SocialAccount.objects.filter(provider=provider.id, user_id=account.id).exists():
        # The same address, given to somebody else by now.
        raise SignInRefused("Your address belongs to another person here. Ask an administrator to look at it.")
    return _link(provider, person, account, by)


def _made(provider: Provider, person: Person, roles: list[str], by: Actor) -> Account:
    if not provider.creates_accounts:
        raise SignInRefused("You have no account here yet. Ask an administrator for one.")
    account = create_account(email=person.email, name=person.name[:150] or person.email, roles=roles, by=by)
    return _link(provider, person, account, by)


def _link(provider: Provider, person: Person, account: Account, by: Actor) -> Account:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into socialaccount_socialaccount (user_id, provider, uid, extra_data, last_login, date_joined)"
            " values (%s, %s, %s, '{}', now(), now())",
            [account.id, provider.id, person.uid],
        )
    ledger.append(SingleSignOnLinked(subject_id=account.id, provider=provider.id), by=by)
    return account


def _with_roles(account: Account, roles: list[str], by: Actor) -> Account:
    try:
        with transaction.atomic():
            return change_roles(account.id, roles=roles, by=by)
    except Conflict as refusal:
        if refusal.code != "last_administrator":
            raise
        # Somebody must be left who lets people in, whatever the provider says.
        return change_roles(account.id, roles=[*roles, Role.ADMINISTRATOR], by=by)
