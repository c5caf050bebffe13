# SPDX-License-Identifier: Apache-2.0
"""Reads about organisations, accounts, tokens and compartments."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from longwatch.access.models import (
    Account,
    ApiToken,
    Compartment,
    CompartmentKind,
    Exclusion,
    Membership,
    Organisation,
    Section,
)
from longwatch.access.roles import Role
from longwatch.access.sections import tint_of
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound


def organisation(org_id: UUID) -> Organisation:
    """The organisation; refuses an unknown one."""
    found = Organisation.objects.filter(id=org_id).first()
    if found is None:
        raise NotFound
    return found


def organisation_for_update(actor: Actor) -> Organisation:
    """The actor's organisation, locked until the transaction ends."""
    # Rows may go on naming the organisation meanwhile: every row does.
    return Organisation.objects.select_for_update(no_key=True).get(id=actor.org_id)


def accounts(actor: Actor) -> QuerySet[Account]:
    """The active accounts of the actor's organisation, by name."""
    return Account.objects.filter(org_id=actor.org_id, is_active=True).order_by("name")


def people(actor: Actor) -> QuerySet[Account]:
    """Accounts that can be given work: active, not a program."""
    return accounts(actor).exclude(roles__contains=["integration"])


def programs(actor: Actor) -> QuerySet[Account]:
    """Accounts of programs: those that an administrator may make tokens for."""
    return accounts(actor).filter(roles__contains=["integration"])


def account_of(actor: Actor, account_id: UUID) -> Account:
    """An account of the same organisation; refuses any other."""
    found = Account.objects.filter(org_id=actor.org_id, id=account_id).first()
    if found is None:
        raise NotFound
    return found


def left(actor: Actor, account_id: UUID) -> Account | None:
    """Somebody of the same organisation whose account is closed; nobody when it is open, or of another."""
    return Account.objects.filter(org_id=actor.org_id, id=account_id, is_active=False).first()


HOLDING = "select pg_advisory_xact_lock_shared(hashtextextended('hand-over ' || who, 0)) from unnest(%s::text[]) who"
CLOSING = "select pg_advisory_xact_lock(hashtextextended('hand-over ' || %s, 0))"


def hold_people(*account_ids: UUID | None) -> None:
    """Hold whoever is about to be given work, if anybody: nobody closes their accounts before this transaction ends.

    Always the first thing that a service does: people before records, records before what hangs on them (ADR 12).
    """
    held = sorted({str(each) for each in account_ids if each is not None})
    if held:
        with connection.cursor() as cursor:
            cursor.execute(HOLDING, [held])


def wait_for_givers(account_id: UUID) -> None:
    """Wait for whoever gives work to the account just now, and keep others waiting until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSING, [str(account_id)])


def account_for_update(actor: Actor, account_id: UUID) -> Account:
    """An account of the same organisation, locked until the transaction ends; refuses any other."""
    # Rows may go on naming the account meanwhile: whoever writes one holds a record already.
    found = Account.objects.select_for_update(no_key=True).filter(org_id=actor.org_id, id=account_id).first()
    if found is None:
        raise NotFound
    return found


def administrators_for_update(actor: Actor) -> list[Account]:
    """The active administrators of the organisation, locked until the transaction ends, always in the same order."""
    active = Account.objects.select_for_update(no_key=True).filter(org_id=actor.org_id, is_active=True)
    return list(active.filter(roles__contains=[Role.ADMINISTRATOR]).order_by("id"))


def accounts_by_id(ids: Sequence[UUID]) -> dict[UUID, Account]:
    """Accounts by identifier, in one query."""
    return Account.objects.in_bulk(list(set(ids)))


def operations(org_id: UUID) -> Compartment:
    """The compartment in which the organisation's open incidents live."""
    return Compartment.objects.get(org_id=org_id, kind=CompartmentKind.OPERATIONS)


def members(compartment_id: UUID) -> QuerySet[Membership]:
    """The open memberships of a compartment, with their accounts, oldest first."""
    open_ones = Membership.objects.filter(compartment_id=compartment_id, ended_at=None)
    return open_ones.select_related("account", "granted_by").order_by("granted_at")


def readers(actor: Actor, compartment_ids: Sequence[UUID]) -> QuerySet[Account]:
    """The people who may read what is in one of the compartments, as far as the actor, who is inside, may know."""
    places = [_readers_of(place) for place in Compartment.objects.filter(id__in=compartment_ids)]
    return people(actor).filter(reduce(or_, places)) if places else Account.objects.none()


def _readers_of(place: Compartment) -> Q:
    open_now = Q(ended_at=None) | Q(ended_at__gt=clock.now())
    inside = Membership.objects.filter(open_now, compartment_id=place.id).values("account_id")
    same = Q(compartment_id=place.id) if place.record_id is None else Q(compartment__record_id=place.record_id)
    kept_out = Exclusion.objects.filter(same).values("account_id")
    return (Q(roles__overlap=place.reader_roles) | Q(id__in=inside)) & ~Q(id__in=kept_out)


@dataclass(frozen=True, slots=True)
class SectionSeen:
    """A section of a record as far as the reader may know of it; without an identifier only that it exists."""

    id: UUID | None
    section: str
    name: str
    inside: bool
    people: tuple[str, ...]

    @property
    def label(self) -> str:
        """What sort of section it is, or its own name where there are several of a sort."""
        return self.name if self.section == Section.WITNESS and self.name else str(Section(self.section).label)

    @property
    def tint(self) -> int:
        """The colour of its lines."""
        return tint_of(self.section)


def sections_of(record_id: UUID) -> list[SectionSeen]:
    """The sections of a record that the reader is inside, and those of which they may know that they exist."""
    with connection.cursor() as cursor:
        cursor.execute("select id, section, name, inside, people from sections_of(%s)", [record_id])
        return [SectionSeen(row[0], row[1], row[2], row[3], tuple(row[4])) for row in cursor.fetchall()]


def section_inside(record_id: UUID, compartment_id: UUID) -> Compartment:
    """A section of this very record that the reader is inside; refuses (404) any other, whether it exists or not."""
    found = Compartment.objects.filter(id=compartment_id, record_id=record_id).first()
    if found is None:
        raise NotFound
    return found


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """All tokens of the organisation, newest first."""
    return ApiToken.objects.filter(org_id=actor.org_id).select_related("account").order_by("-created_at")
