# SPDX-License-Identifier: Apache-2.0
"""Closing the account of somebody who leaves, and handing over what they had in hand: one act, all or nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.events import AccountHandedOver, HandOverApproved
from longwatch.access.leaving import HandOver, HandOverState
from longwatch.access.models import Account, ApiToken
from longwatch.access.oversight import NoticeKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.second_factors import forget_factors
from longwatch.access.services.accounts import refuse_last_administrator
from longwatch.access.services.notices import notify, tell_of_guards
from longwatch.access.services.signing_in import revoke_sessions
from longwatch.access.services.tokens import revoke_token
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.evidence.services.transferring import tell_of_leaver
from longwatch.search.hand_over_rules import KIND_NAMES, THING_NAMES, can_take_over

PAGE = "/hand-overs"


@dataclass(frozen=True, slots=True)
class InHand:
    """One sort of work: how much of what, and who can take it over. Numbers only, never what it is about."""

    kind: str
    numbers: Mapping[str, int]
    candidates: Sequence[Account] = field(default=())

    @property
    def label(self) -> str:
        """What sort it is."""
        return str(KIND_NAMES[self.kind])

    @property
    def lines(self) -> list[str]:
        """How much of what, in words."""
        return [str(THING_NAMES[thing] % {"n": number}) for thing, number in self.numbers.items()]

    @property
    def needs_successor(self) -> bool:
        """Memberships alone end, when others read the same."""
        return any(thing != "member" for thing in self.numbers)


def in_hand(account_id: UUID, *, by: Actor) -> list[InHand]:
    """What somebody has in hand, as numbers, for an administrator."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    account = selectors.account_of(by, account_id)
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("select kind, thing, number from hand_over_counts(%s)", [account.id])
        for kind, thing, number in cursor.fetchall():
            found.setdefault(kind, {})[thing] = number
    others = list(selectors.people(by).exclude(id=account.id))
    return [InHand(kind, numbers, [a for a in others if can_take_over(kind, a)]) for kind, numbers in found.items()]


@transaction.atomic
def close_account(account_id: UUID, *, successors: Mapping[str, UUID], reason: str, by: Actor) -> Account:
    """Close an account for good and hand everything over; refuses (422) when a sort of work has nobody who can take it.

    What a successor may not see yet waits for a member who remains or a privacy officer. Nobody is left who can sign
    in with the account: its tokens, sessions, second factors and links to identity providers end here.
    """
    require(by, Permission.ACCOUNT_ADMINISTER)
    selectors.wait_for_givers(account_id)
    administrators = selectors.administrators_for_update(by)
    account = selectors.account_for_update(by, account_id)
    _refuse(account, by, reason)
    refuse_last_administrator(account, administrators)
    chosen = _successors(account, successors, by)
    account.is_active = False
    event = AccountHandedOver(
        subject_id=account.id, reason=reason.strip(), successors=tuple(sorted(set(chosen.values()), key=str))
    )
    ledger.record(event, by=by, row=account, fields=["is_active"])
    tell_of_guards(account.id, account.roles)
    _cut_off(account, by)
    _tell(_hand_over(account.id, chosen), by)
    tell_of_leaver(account.id, by=by)
    return account


@transaction.atomic
def approve(hand_over_id: UUID, *, successor_id: UUID, by: Actor) -> HandOver:
    """Decide who takes over what waits: as a member who remains, or as a privacy officer who lets in somebody else.

    Refuses (404) whoever may not decide, and (409) what is decided already.
    """
    selectors.hold_people(successor_id)
    known = HandOver.objects.select_related("leaver").filter(id=hand_over_id)
    # Whose it is to decide locks it; what is decided is nobody's any more.
    row = known.select_for_update(of=("self",)).first()
    if row is None and known.exclude(state=HandOverState.WAITING).exclude(handed_by_id=by.id).exists():
        raise Conflict("Somebody has decided this already.", code="already_decided")
    if row is None or row.handed_by_id == by.id:
        raise NotFound
    successor = selectors.account_of(by, successor_id)
    inside = _is_inside(row)
    if not can_take_over(row.kind, successor) or successor.id == row.leaver_id:
        raise _unfit(successor)
    if successor.id == by.id and not inside:
        sentence = "You cannot let yourself in. Choose somebody else."
        raise Invalid(sentence, fields={"successor": sentence}, code="own_hand_over")
    row.successor, row.state, row.decided_at, row.decided_by_id = successor, HandOverState.DONE, clock.now(), by.id
    event = HandOverApproved(
        subject_id=row.id, compartment_id=row.compartment_id, account=row.leaver.name, successor=successor.name
    )
    ledger.record(event, by=by, row=row, fields=["successor", "state", "decided_at", "decided_by"])
    _carry_out(row, successor)
    notify([successor], NoticeKind.HANDED_OVER, PAGE, by=by)
    return row


def _carry_out(row: HandOver, successor: Account) -> None:
    with connection.cursor() as cursor:
        # Nobody is told that a reporter named them.
        cursor.execute("select hand_over_is_open_to(%s, %s)", [row.id, successor.id])
        if not cursor.fetchone()[0]:
            raise _unfit(successor)
        cursor.execute("select hand_over_carry_out(%s)", [row.id])


def _unfit(successor: Account) -> Invalid:
    sentence = f"{successor.name} cannot take this over. Choose somebody else."
    return Invalid(sentence, fields={"successor": sentence}, code="cannot_take_over")


def _is_inside(row: HandOver) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select %s = any (own_compartments())", [row.compartment_id])
        return bool(cursor.fetchone()[0])


def _refuse(account: Account, by: Actor, reason: str) -> None:
    if account.id == by.id:
        raise Conflict("You cannot close your own account.", code="own_account")
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": "Say why the account is closed."})


def _successors(account: Account, wanted: Mapping[str, UUID], by: Actor) -> dict[str, UUID]:
    """Who takes over what there is; refuses (422) everything that has nobody, in one answer."""
    chosen, missing = {}, {}
    for each in in_hand(account.id, by=by):
        if not each.needs_successor:
            continue
        fits = {candidate.id for candidate in each.candidates}
        if wanted.get(each.kind) in fits:
            chosen[each.kind] = wanted[each.kind]
        else:
            missing[each.kind] = f"Choose somebody who can take this over: {each.label}."
    if missing:
        raise Invalid("Nothing was changed: some work has nobody who can take it over.", fields=missing)
    return chosen


def _cut_off(account: Account, by: Actor) -> None:
    for token in ApiToken.objects.filter(account_id=account.id, revoked_at=None).order_by("id"):
        revoke_token(token.id, by=by)
    revoke_sessions(account.id, reason="account_closed", by=by)
    forget_factors(account.id)
    # Without Django's collector: nothing hangs on such a link.
    links = SocialAccount.objects.filter(user_id=account.id)
    links._raw_delete(links.db)


def _hand_over(account_id: UUID, chosen: Mapping[str, UUID]) -> list[tuple[UUID, str]]:
    choices = json.dumps({kind: str(successor) for kind, successor in chosen.items()})
    with connection.cursor() as cursor:
        cursor.execute("select distinct account, notice from hand_over_work(%s, %s)", [account_id, choices])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _tell(told: Sequence[tuple[UUID, str]], by: Actor) -> None:
    accounts = selectors.accounts_by_id([account for account, _kind in told])
    for kind in (NoticeKind.HANDED_OVER, NoticeKind.HAND_OVER_WAITS):
        notify([accounts[each] for each, what in told if what == kind], kind, PAGE, by=by)
