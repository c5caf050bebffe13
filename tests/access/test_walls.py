# SPDX-License-Identifier: Apache-2.0
"""What the walls hold against whoever writes SQL as the application: nobody widens who may know."""

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.access.events import MemberRemoved
from longwatch.access.models import Compartment, CompartmentKind, Membership
from longwatch.access.services.compartments import add_member, open_compartment, remove_member
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7
from tests.personas import Cast

# Reached through broken glass on purpose: that one looked, and what was looked at.
SEEN_IS_ENOUGH = {("access_sight", "leaves"), ("evidence_custody_event", "looks")}
WRITES_WHAT_IS_ONLY_SEEN = """
select tablename, policyname from pg_policies
 where 'longwatch_app' = any (roles) and permissive = 'PERMISSIVE' and cmd in ('ALL', 'INSERT', 'UPDATE')
   and coalesce(with_check, qual) like '%visible\\_compartments%'
"""


def changes(actor: Actor, row: Membership | Compartment, **values: Any) -> bool:
    """Whether the application can write this as the actor, with an entry about it."""
    for name, value in values.items():
        setattr(row, name, value)
    forged = MemberRemoved(
        subject_id=row.id, record_id=None, compartment_id=row.id, account_id=actor.id, account="", reason="Forged"
    )
    with acting_as(actor):
        try:
            with transaction.atomic():
                ledger.record(forged, by=actor, row=row, fields=list(values))
        except DatabaseError as error:
            return "never" not in str(error)
        return True


@pytest.fixture
def closed(cast: Cast) -> Compartment:
    with acting_as(cast.lead):
        made = open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, record_id=uuid7(), by=cast.lead)
        add_member(made.id, cast.hr.id, reason="Staff matter", by=cast.lead)
        return made


def members(cast: Cast, closed: Compartment) -> Sequence[Membership]:
    with acting_as(cast.lead):
        return list(Membership.objects.filter(compartment=closed, account_id=cast.hr.id))


class TestBrokenGlass:
    def test_is_nowhere_enough_to_write(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(WRITES_WHAT_IS_ONLY_SEEN)
            assert set(cursor.fetchall()) <= SEEN_IS_ENOUGH

    def test_check_sees_a_planted_policy(self, db: None) -> None:
        planted = """create policy planted on records_task for insert to longwatch_app
                     with check (compartment_id = any ((select visible_compartments())::uuid[]))"""
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner, owner.cursor() as cursor:
            cursor.execute(planted)
            cursor.execute(WRITES_WHAT_IS_ONLY_SEEN)
            assert ("records_task", "planted") in cursor.fetchall()
            owner.rollback()


class TestMembership:
    def test_is_never_given_to_somebody_else(self, cast: Cast, closed: Compartment) -> None:
        [row] = members(cast, closed)
        assert not changes(cast.lead, row, account_id=cast.medical.id)

    def test_is_never_moved(self, cast: Cast, closed: Compartment) -> None:
        [row] = members(cast, closed)
        with acting_as(cast.lead):
            other = open_compartment(name="CASE-2", kind=CompartmentKind.RECORD, by=cast.lead)
        assert not changes(cast.lead, row, compartment_id=other.id)

    def test_that_ended_never_begins_again(self, cast: Cast, closed: Compartment) -> None:
        with acting_as(cast.lead):
            row = remove_member(closed.id, cast.hr.id, reason="Done", by=cast.lead)
        assert not changes(cast.lead, row, ended_at=None)


class TestCompartment:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("reader_roles", ["responder"]), ("section", "hr"), ("record_id", uuid7()), ("kind", "operations")],
    )
    def test_never_opens_to_others(self, cast: Cast, closed: Compartment, name: str, value: Any) -> None:
        assert not changes(cast.lead, closed, **{name: value})
