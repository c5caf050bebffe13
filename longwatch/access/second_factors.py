# SPDX-License-Identifier: Apache-2.0
"""Second factors: who needs one, who has which, and what happens to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import ROLE_NAMES, Permission, Role
from longwatch.access.services.signing_in import revoke_sessions
from longwatch.access.sign_in_events import (
    RecoveryCodesMade,
    SecondFactorAdded,
    SecondFactorRemoved,
    SecondFactorsReset,
)
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid

EVERYBODY = "all"
CODES = "recovery_codes"


@dataclass(frozen=True, slots=True)
class Factor:
    """One way of proving oneself besides the password: `totp`, `webauthn` or `recovery_codes`."""

    id: int
    kind: str
    label: str


def needs_second_factor(account: Account) -> bool:
    """Whether one of the account's roles asks for one; programs hold tokens and never sign in."""
    wanted: frozenset[str] = settings.REQUIRE_MFA_ROLES
    return account.role_set != {"integration"} and (EVERYBODY in wanted or bool(wanted & account.role_set))


def roles_asking(account: Account) -> list[str]:
    """The roles of the account that ask for a second factor, by name; none when everybody needs one."""
    wanted: frozenset[str] = settings.REQUIRE_MFA_ROLES
    return [] if EVERYBODY in wanted else [str(ROLE_NAMES[Role(each)]) for each in sorted(wanted & account.role_set)]


def factors_of(account_id: UUID) -> list[Factor]:
    """What somebody has to prove themself with, the oldest first."""
    found = Authenticator.objects.filter(user_id=account_id).order_by("id")
    return [Factor(each.pk, str(each.type), str(each.data.get("name", ""))) for each in found]


def lasting(factors: Iterable[Factor]) -> list[Factor]:
    """Those that can be used again and again: all but recovery codes."""
    return [each for each in factors if each.kind != CODES]


def has_second_factor(account_id: UUID) -> bool:
    """Whether somebody has one; recovery codes alone are none."""
    return bool(lasting(factors_of(account_id)))


def note_changes(before: list[Factor], after: list[Factor], *, by: Actor) -> None:
    """Say in the ledger what was added, removed or made anew."""
    for each in after:
        if each not in before:
            added = SecondFactorAdded(subject_id=by.id, kind=each.kind, label=each.label)
            ledger.append(RecoveryCodesMade(subject_id=by.id) if each.kind == CODES else added, by=by)
    kinds = {each.kind for each in after}
    for each in before:
        if each not in after and (each.kind != CODES or CODES not in kinds):
            ledger.append(SecondFactorRemoved(subject_id=by.id, kind=each.kind, label=each.label), by=by)


@transaction.atomic
def reset_second_factors(account_id: UUID, *, reason: str, by: Actor) -> int:
    """Take all second factors from somebody who lost them, and end their sessions; returns how many there were.

    Refuses one's own (that needs the factor itself, on one's own page), and to do it without a reason.
    """
    require(by, Permission.ACCOUNT_ADMINISTER)
    account = selectors.account_for_update(by, account_id)
    if account.id == by.id:
        raise Conflict("Remove your own second factors under “How you sign in”.", code="own_account")
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": "Say how you made sure that it is this person who asks."})
    number = forget_factors(account.id)
    if number:
        ledger.append(SecondFactorsReset(subject_id=account.id, reason=reason.strip(), number=number), by=by)
        revoke_sessions(account.id, reason="second_factors_reset", by=by)
    return number


def forget_factors(account_id: UUID) -> int:
    """Delete what somebody proves themself with; whoever calls this says so in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("delete from mfa_authenticator where user_id = %s", [account_id])
        return int(cursor.rowcount)
