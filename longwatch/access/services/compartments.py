# SPDX-License-Identifier: Apache-2.0
"""Compartments and who is let in."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.events import CompartmentOpened, MemberAdded, MemberRemoved
from longwatch.access.models import Account, Compartment, CompartmentKind, Membership, Section
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotFound, refuse_stale


@transaction.atomic
def open_compartment(
    *, name: str, kind: CompartmentKind, reader_roles: Iterable[str] = (), record_id: UUID | None = None,
    section: str = "", first_member_id: UUID | None = None, by: Actor,
) -> Compartment:  # fmt: skip
    """Make a compartment; one for named members gets its first member, the actor unless somebody else is named."""
    selectors.hold_people(first_member_id or by.id)
    compartment = Compartment(
        org_id=by.org_id, kind=kind, name=name, reader_roles=sorted(reader_roles), record_id=record_id,
        section=section or (Section.CORE if record_id else ""),
    )  # fmt: skip
    event = CompartmentOpened(
        subject_id=compartment.id, record_id=record_id, compartment_id=compartment.id,
        kind=kind, compartment=name, section=compartment.section, reader_roles=tuple(compartment.reader_roles),
    )  # fmt: skip
    ledger.record_created(event, by=by, row=compartment)
    if kind == CompartmentKind.RECORD:
        founder = selectors.account_of(by, first_member_id or by.id)
        _refuse_who_left(founder)
        reason = "Opened it" if founder.id == by.id else f"Named by {by.label}, who opened it"
        _add(compartment.id, founder, reason=reason, record_id=record_id, by=by)
    return compartment


@transaction.atomic
def add_member(
    compartment_id: UUID, account_id: UUID, *, reason: str, record_id: UUID | None = None, by: Actor
) -> Membership:
    """Let somebody into a compartment the actor is in; adding a member twice changes nothing."""
    selectors.hold_people(account_id)
    compartment = Compartment.objects.filter(id=compartment_id).first()
    if compartment is None:
        raise NotFound
    account = selectors.account_of(by, account_id)
    _refuse_who_left(account)
    present = Membership.objects.filter(compartment_id=compartment_id, account=account, ended_at=None).first()
    return present or _add(compartment_id, account, reason=reason, record_id=record_id, by=by)


def _refuse_who_left(account: Account) -> None:
    if not account.is_active:
        raise Conflict(f"{account.name} has left and cannot be added.", code="account_disabled")


def _add(compartment_id: UUID, account: Account, *, reason: str, record_id: UUID | None, by: Actor) -> Membership:
    # The person who grants is named unless the system does.
    granted_by = by.id if by.kind == "account" else None
    membership = Membership(compartment_id=compartment_id, account=account, granted_by_id=granted_by, reason=reason)
    event = MemberAdded(
        subject_id=membership.id, record_id=record_id, compartment_id=compartment_id,
        account_id=account.id, account=account.name, reason=reason,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=membership)


@transaction.atomic
def remove_member(
    compartment_id: UUID,
    account_id: UUID,
    *,
    reason: str,
    record_id: UUID | None = None,
    by: Actor,
    expected_version: int | None = None,
) -> Membership:
    """End a membership from now on; refuses to leave a compartment without members."""
    open_ones = list(selectors.members(compartment_id).select_for_update(of=("self",)))
    membership = next((m for m in open_ones if m.account_id == account_id), None)
    if membership is None:
        raise NotFound
    refuse_stale(membership.version, expected_version)
    if len(open_ones) == 1:
        raise Conflict("Somebody must stay who can see this. Add another member first.", code="last_member")
    membership.ended_at = clock.now()
    event = MemberRemoved(
        subject_id=membership.id, record_id=record_id, compartment_id=compartment_id,
        account_id=account_id, account=membership.account.name, reason=reason,
    )  # fmt: skip
    return ledger.record(event, by=by, row=membership, fields=["ended_at"])
