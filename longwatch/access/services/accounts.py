# SPDX-License-Identifier: Apache-2.0
"""Organisations and accounts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.events import (
    AccountCreated,
    AccountDisabled,
    AccountRolesChanged,
    OrganisationChanged,
    OrganisationCreated,
    PasswordChanged,
    PreferencesChanged,
)
from longwatch.access.models import Account, Organisation
from longwatch.access.permission import require
from longwatch.access.roles import Permission, Role
from longwatch.access.services.notices import tell_of_guards
from longwatch.access.services.signing_in import revoke_sessions
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, refuse_stale
from longwatch.core.words import LONGEST_LINE, optional, written


@transaction.atomic
def create_organisation(*, name: str, slug: str, by: Actor, org_id: UUID | None = None) -> Organisation:
    """Set up an organisation; the actor is the system, because nobody is in it yet."""
    organisation = Organisation(name=name, slug=slug)
    if org_id is not None:
        organisation.id = org_id
    event = OrganisationCreated(subject_id=organisation.id, organisation=name)
    return ledger.record_created(event, by=by, row=organisation)


@transaction.atomic
def change_organisation(*, name: str, emergency_text: str, by: Actor) -> Organisation:
    """Name one's own organisation, and say what its public form tells who is in danger; the same again changes nothing.

    Refuses (422) an empty name. The short name stays: addresses and identity providers use it.
    """
    require(by, Permission.ACCOUNT_ADMINISTER)
    organisation = selectors.organisation_for_update(by)
    named = written(name, "name", "Enter the organisation's name.", LONGEST_LINE)
    text = optional(emergency_text, "emergency_text")
    if (named, text) == (organisation.name, organisation.emergency_text):
        return organisation
    event = OrganisationChanged(subject_id=organisation.id, before=organisation.name, after=named, emergency_text=text)
    organisation.name, organisation.emergency_text = named, text
    return ledger.record(event, by=by, row=organisation, fields=["name", "emergency_text"])


@transaction.atomic
def create_account(
    *, email: str, name: str, roles: Iterable[str], by: Actor, password: str | None = None, title: str = "",
    time_zone: str = "UTC",
) -> Account:  # fmt: skip
    """Give somebody an account; without a password they cannot sign in until one is set."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    chosen, address = _known_roles(roles), email.strip().lower()
    if Account.objects.filter(email__iexact=address).exists():
        raise Conflict("There is already an account with this e-mail address.", code="email_taken")
    account = Account(
        org_id=by.org_id, email=address, name=name.strip(), roles=chosen, title=title,
        time_zone=_known_zone(time_zone),
    )  # fmt: skip
    account.set_password(password)
    event = AccountCreated(subject_id=account.id, account=account.name, roles=tuple(chosen))
    ledger.record_created(event, by=by, row=account)
    tell_of_guards(account.id, chosen)
    return account


@transaction.atomic
def change_roles(account_id: UUID, *, roles: Iterable[str], by: Actor, expected_version: int | None = None) -> Account:
    """Replace an account's roles; the same roles again change nothing. Refuses to leave nobody who administers.

    Whoever loses one signs in again. Who guards identities and privacy is told of new guards, and of those who are
    none any more.
    """
    administrators = selectors.administrators_for_update(by)
    account = selectors.account_for_update(by, account_id)
    require(by, Permission.ACCOUNT_ADMINISTER)
    refuse_stale(account.version, expected_version)
    chosen = _known_roles(roles)
    if chosen == sorted(account.roles):
        return account
    if Role.ADMINISTRATOR not in chosen:
        refuse_last_administrator(account, administrators)
    before, account.roles = tuple(account.roles), chosen
    event = AccountRolesChanged(subject_id=account.id, before=before, after=tuple(account.roles))
    ledger.record(event, by=by, row=account, fields=["roles"])
    tell_of_guards(account.id, set(before) ^ set(chosen))
    if set(before) - set(chosen) and account.id != by.id:
        revoke_sessions(account.id, reason="roles_changed", by=by)
    return account


@transaction.atomic
def disable_account(account_id: UUID, *, reason: str, by: Actor) -> Account:
    """Stop somebody from signing in at once; their history stays. Disabling twice changes nothing.

    Refuses the last one who administers, so that somebody can always let people in.
    """
    require(by, Permission.ACCOUNT_ADMINISTER)
    selectors.wait_for_givers(account_id)
    administrators = selectors.administrators_for_update(by)
    account = selectors.account_for_update(by, account_id)
    if account.id == by.id:
        raise Conflict("You cannot disable your own account.", code="own_account")
    if not account.is_active:
        return account
    refuse_last_administrator(account, administrators)
    account.is_active = False
    ledger.record(AccountDisabled(subject_id=account.id, reason=reason), by=by, row=account, fields=["is_active"])
    tell_of_guards(account.id, account.roles)
    revoke_sessions(account.id, reason="account_disabled", by=by)
    return account


@transaction.atomic
def change_password(account_id: UUID, *, password: str, by: Actor) -> Account:
    """Set the actor's own password, or another's as an administrator; the entrance has checked its strength."""
    account = selectors.account_of(by, account_id)
    if account.id != by.id:
        require(by, Permission.ACCOUNT_ADMINISTER)
    account.set_password(password)
    ledger.record(PasswordChanged(subject_id=account.id), by=by, row=account, fields=["password"])
    # That of whoever changes their own is begun anew by the entrance.
    revoke_sessions(account.id, reason="password_changed", by=by)
    return account


@transaction.atomic
def change_preferences(*, time_zone: str, theme: str, single_keys: bool, by: Actor) -> Account:
    """Change how pages look to the actor."""
    account = selectors.account_of(by, by.id)
    account.time_zone, account.theme, account.single_keys = _known_zone(time_zone), theme, single_keys
    event = PreferencesChanged(subject_id=account.id, time_zone=time_zone, theme=theme, single_keys=single_keys)
    return ledger.record(event, by=by, row=account, fields=["time_zone", "theme", "single_keys"])


def refuse_last_administrator(account: Account, administrators: Sequence[Account]) -> None:
    """Refuse (409) to take the last active administrator out; the caller has locked them all."""
    if [each.id for each in administrators] == [account.id]:
        sentence = (
            f"{account.name} is the last administrator. Make somebody else an administrator first, so that people can "
            "still be let in."
        )
        raise Conflict(sentence, code="last_administrator")


def _known_roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    unknown = [role for role in wanted if role not in set(Role)]
    if unknown or not wanted:
        known = ", ".join(Role)
        raise Invalid("Choose at least one known role.", fields={"roles": f"Known roles: {known}."})
    return wanted


def _known_zone(name: str) -> str:
    if name not in clock.zone_names():
        raise Invalid("This time zone is not known.", fields={"time_zone": "Use a name such as Europe/Berlin."})
    return name
