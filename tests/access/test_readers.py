# SPDX-License-Identifier: Apache-2.0
"""The migration that opens older organisations' standing compartments to the roles that came later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import longwatch.access
from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.access.services.setup import INTAKE_READERS, OPERATIONS_READERS
from longwatch.core.postgres.address import OWNER, VERIFIER, Address
from longwatch.integrity.verification import Plan, verify
from longwatch.ledger.models import LedgerEntry
from longwatch.ledger.sealing import seal_now
from tests.ledger.entries import superuser
from tests.personas import Cast, make_cast

MIGRATION = Path(longwatch.access.__file__).with_name("sql") / "readers.sql"
OLDER = {"operations": "{analyst,investigator,responder,supervisor}", "intake": "{analyst,investigator,supervisor}"}


@pytest.fixture
def older(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """An organisation that was set up before dispatchers existed."""
    with django_db_blocker.unblock():
        cast = make_cast()
        with superuser(committed_db) as server:
            server.execute("set session_replication_role = replica")
            for kind, roles in OLDER.items():
                server.execute("update access_compartment set reader_roles = %s where kind = %s", [roles, kind])
        yield cast


def migrate(address: Address) -> None:
    with psycopg.connect(address.conninfo(OWNER)) as owner:
        owner.execute(MIGRATION.read_text(encoding="utf-8"))


def readers(cast: Cast) -> list[list[str]]:
    with acting_as(cast.supervisor):
        return [Compartment.objects.get(id=each.id).reader_roles for each in (cast.operations, cast.signals)]


def told(cast: Cast) -> int:
    with acting_as(cast.auditor):
        return LedgerEntry.objects.filter(action="compartment.readers_added", org_id=cast.organisation.id).count()


def test_lets_dispatchers_and_intelligence_see_operations_as_in_a_new_organisation(
    older: Cast, committed_db: Address
) -> None:
    assert readers(older) != [sorted(OPERATIONS_READERS), sorted(INTAKE_READERS)]
    migrate(committed_db)
    assert readers(older) == [sorted(OPERATIONS_READERS), sorted(INTAKE_READERS)]
    with acting_as(older.dispatcher):
        assert Compartment.objects.filter(id=older.operations.id).exists()


def test_changes_nothing_the_second_time(older: Cast, committed_db: Address) -> None:
    for _time in range(2):
        migrate(committed_db)
    assert told(older) == 2


def test_leaves_the_ledger_right_and_the_walls_up(older: Cast, committed_db: Address) -> None:
    migrate(committed_db)
    seal_now()
    assert verify(Plan(committed_db.conninfo(VERIFIER), [], None, processes=1)).faults == []
    with superuser(committed_db) as server:
        forced = "select bool_and(relforcerowsecurity) from pg_class where relname = any(%s)"
        tables = ["access_compartment", "ledger_entry", "ledger_detail"]
        assert server.execute(forced, [tables]).fetchone() == (True,)
        enabled = "select tgenabled from pg_trigger where tgname = 'access_never_widens' and tgrelid = %s::regclass"
        assert server.execute(enabled, ["access_compartment"]).fetchone() == ("O",)
