# SPDX-License-Identifier: Apache-2.0
"""Exhibits change hands. Whoever has an account confirms what they receive; until then it stays where it was."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from longwatch.access import selectors as access_selectors
from longwatch.access.models import Account
from longwatch.access.oversight import NoticeKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission, permissions_of
from longwatch.access.services.notices import notify
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, refuse_stale
from longwatch.core.words import LONGEST_REASON, optional, written
from longwatch.evidence import selectors
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit
from longwatch.evidence.selectors import Holding
from longwatch.evidence.services.custody import LONGEST_WORDS, at_work, held, link
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef

NOT_A_READER = "Choose somebody who may read this exhibit; anybody else could never confirm that they have it."
ONE_OF_BOTH = "Choose somebody from the list, or name somebody without an account; not both."


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """From whom to whom, why, where it lies now, and how it looked.

    `receiver_id` is the account of who takes it; `receiver` names somebody who has none.
    """

    reason: str
    receiver: str = ""
    receiver_id: UUID | None = None
    giver: str = ""
    place: str = ""
    condition: str = ""


def receivers(row: Exhibit, *, by: Actor) -> list[Account]:
    """The people who can confirm that they have an exhibit: those who see it and may add evidence."""
    needed = {Permission.EVIDENCE_ADD, Permission.EVIDENCE_READ, READING[RecordKind(row.record_kind)]}
    able = access_selectors.readers(by, [row.compartment_id])
    return [each for each in able if {str(one) for one in needed} <= permissions_of(each.role_set)]


@transaction.atomic
def transfer(
    record: RecordRef, exhibit_id: UUID, handover: Handover, *, by: Actor, expected_version: int | None = None
) -> CustodyEvent:
    """An exhibit goes to another hand or place. Whoever held it last gave it, unless somebody else is named.

    To somebody with an account it is offered, until they answer. Refuses (422) who cannot see it, and (409) while it is
    offered to somebody, or when the actor would take it from somebody who can hand it over.
    """
    access_selectors.hold_people(handover.receiver_id)
    row = at_work(record, exhibit_id, by, expected_version)
    holding = selectors.holding(row)
    _refuse_while_offered(holding)
    receiver = _receiver(row, handover, holding, by)
    to = receiver.name if receiver else _outsider(handover.receiver, by)
    why = written(handover.reason, "reason", "Say why it changes hands.")
    before = optional(handover.giver, "giver") or holding.holder
    where, looks = optional(handover.place, "place"), optional(handover.condition, "condition")
    offered = receiver is not None and receiver.id != by.id
    made = link(
        row, CustodyKind.OFFERED if offered else CustodyKind.TRANSFERRED, reason=why, by=by,
        said={"giver": before, "receiver": to, "place": where, "reason": why},
        from_label=before, to_label=to, place=where, condition=looks, receiver_id=receiver.id if receiver else None,
    )  # fmt: skip
    if receiver is not None and offered:
        notify([receiver], NoticeKind.CUSTODY_OFFERED, _page_of(row), by=by)
    return made


@transaction.atomic
def confirm_receipt(
    record: RecordRef, exhibit_id: UUID, *, place: str = "", condition: str = "", by: Actor,
    expected_version: int | None = None,
) -> CustodyEvent:  # fmt: skip
    """Whoever an exhibit is offered to has it from now on; refuses (403) anybody else, and (409) when nothing is."""
    access_selectors.hold_people(by.id)
    row, offer = _offered_to(record, exhibit_id, by, expected_version)
    where, looks = optional(place, "place") or offer.place, optional(condition, "condition")
    return _answer(row, offer, CustodyKind.ACCEPTED, {"place": where}, by=by, place=where, condition=looks)


@transaction.atomic
def refuse_receipt(
    record: RecordRef, exhibit_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None
) -> CustodyEvent:
    """Whoever an exhibit is offered to does not take it, for a reason; it stays where it was."""
    row, offer = _offered_to(record, exhibit_id, by, expected_version)
    why = written(reason, "reason", "Say why you do not take it.")
    return _answer(row, offer, CustodyKind.REFUSED, {"reason": why}, by=by, reason=why)


@transaction.atomic
def take_back(
    record: RecordRef, exhibit_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> CustodyEvent:
    """An offer that nobody has answered ends; for whoever may hand over here. The receiver refuses it instead."""
    row = at_work(record, exhibit_id, by, expected_version)
    offer = _open_offer(row)
    if offer.receiver_id == by.id:
        raise Conflict("This was offered to you: confirm the receipt, or refuse it.", code="own_receipt")
    why = optional(reason, "reason", LONGEST_REASON)
    return _answer(row, offer, CustodyKind.TAKEN_BACK, {"reason": why}, by=by, reason=why)


def has_account(name: str, *, by: Actor) -> bool:
    """Whether somebody of this name, or with this address, can sign in here and so confirm what they receive."""
    return access_selectors.people(by).filter(Q(name__iexact=name) | Q(email__iexact=name)).exists()


def tell_of_leaver(account_id: UUID, *, by: Actor) -> None:
    """Tell whoever offered something to somebody who has just left that nobody will confirm it any more."""
    with connection.cursor() as cursor:
        cursor.execute("select account, exhibit from evidence_offers_to(%s)", [account_id])
        found = cursor.fetchall()
    accounts = access_selectors.accounts_by_id([account for account, _exhibit in found])
    for account, exhibit in found:
        notify([accounts[account]], NoticeKind.CUSTODY_ANSWERED, f"/files/{exhibit}/view", by=by)


def _outsider(name: str, by: Actor) -> str:
    """Somebody without an account, by name."""
    named = written(name, "receiver", "Say who takes it.", LONGEST_WORDS)
    if has_account(named, by=by):
        sentence = (
            f"{named} has an account here, and confirms what they receive: choose them from the list. Who is not in it "
            "may not see this exhibit. If you mean somebody else of that name, add a badge number."
        )
        raise Invalid(sentence, fields={"receiver": sentence}, code="has_an_account")
    return named


def _receiver(row: Exhibit, handover: Handover, holding: Holding, by: Actor) -> Account | None:
    if handover.receiver_id is None:
        return None
    if handover.receiver.strip():
        raise Invalid(ONE_OF_BOTH, fields={"receiver": ONE_OF_BOTH})
    gone = access_selectors.left(by, handover.receiver_id)
    if gone is not None:
        raise Conflict(f"{gone.name} has left and cannot take anything.", code="account_disabled")
    found = {each.id: each for each in receivers(row, by=by)}.get(handover.receiver_id)
    if found is None:
        raise Invalid(NOT_A_READER, fields={"receiver_id": NOT_A_READER}, code="receiver_cannot_read")
    if found.id == by.id:
        _refuse_taking(holding, by)
    return found


def _refuse_taking(holding: Holding, by: Actor) -> None:
    """Nobody takes an exhibit out of the hands of somebody who can hand it over."""
    other = holding.holder_id if holding.holder_id != by.id else None
    if other is not None and access_selectors.people(by).filter(id=other).exists():
        sentence = f"{holding.holder} has this exhibit. Ask them to hand it over to you; then you confirm the receipt."
        raise Conflict(sentence, code="holder_hands_over")


def _refuse_while_offered(holding: Holding) -> None:
    if holding.offer is not None:
        sentence = f"This exhibit waits for {holding.offer.to_label} to confirm the receipt. Take the offer back first."
        raise Conflict(sentence, code="waits_for_receipt")


def _offered_to(
    record: RecordRef, exhibit_id: UUID, by: Actor, expected_version: int | None
) -> tuple[Exhibit, CustodyEvent]:
    row = held(record, exhibit_id)
    require(by, Permission.EVIDENCE_ADD)
    refuse_stale(selectors.holding(row).version, expected_version)
    offer = _open_offer(row)
    if offer.receiver_id != by.id:
        raise NotAllowed(f"Only {offer.to_label} can confirm or refuse this receipt.", code="not_the_receiver")
    return row, offer


def _open_offer(row: Exhibit) -> CustodyEvent:
    offer = selectors.holding(row).offer
    if offer is None:
        raise Conflict("This exhibit is not offered to anybody now.", code="nothing_offered")
    return offer


def _answer(
    row: Exhibit, offer: CustodyEvent, kind: CustodyKind, said: dict[str, str], *, by: Actor, **facts: str
) -> CustodyEvent:
    concerned = {offer.actor_id, selectors.holding(row).holder_id, offer.receiver_id}
    made = link(
        row, kind, by=by, said={"giver": offer.from_label, "receiver": offer.to_label, **said},
        from_label=offer.from_label, to_label=offer.to_label, receiver_id=offer.receiver_id,
        offer_id=offer.id, **facts,
    )  # fmt: skip
    told = access_selectors.people(by).filter(id__in=[each for each in concerned if each not in (None, by.id)])
    notify(told, NoticeKind.CUSTODY_ANSWERED, _page_of(row), by=by)
    return made


def _page_of(row: Exhibit) -> str:
    return f"/files/{row.id}/view"
