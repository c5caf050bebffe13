# SPDX-License-Identifier: Apache-2.0
"""The guard against raw SQL of the application's own role, statement by statement."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, connections

from longwatch.access.context import set_context
from longwatch.core.ids import uuid7
from longwatch.intake.models import Signal
from tests.intake.cast_signals import make_source, send, signal_of
from tests.personas import Cast

# Without RETURNING: whoever appends need not be able to read the entry back.
ENTRY = """
insert into ledger_entry (org_id, action, subject_id, actor_kind, actor_id, via, operation_id, leaf, leaf_hash{name})
values (%s, 'organisation.renamed', %s, 'account', %s, 'test', gen_random_uuid(), '', sha256('\\x00'::bytea){value})
"""
COPIED = "id, org_id, kind, name, reader_roles, created_at, version"

# PostgreSQL says it in different words in different versions.
NOT_ALLOWED = "permission denied|must be owner|must be able to|must be superuser|[Oo]nly roles"


class Attacker:
    """Raw SQL as the application's role; the tests' transaction takes everything back."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.organisation = cast.organisation.id
        self.room = cast.signals.id

    def run(self, statement: str, *values: Any) -> int:
        """How many rows it changed."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)

    def ask(self, statement: str, *values: Any) -> Any:
        """The first value of its answer."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()[0]

    def entry(self, subject: UUID) -> int:
        """A new entry about something."""
        self.run(ENTRY.format(name="", value=""), self.organisation, subject, self.cast.supervisor.id)
        return int(self.ask("select currval('ledger_entry_id_seq')"))

    def refused(self, statement: str, *values: Any, because: str = "without a ledger entry") -> None:
        """The database refuses the statement, at once or at the commit."""

        def attack() -> None:
            self.run(statement, *values)
            self.run("set constraints all immediate")

        self.run("savepoint attack")
        with pytest.raises(DatabaseError, match=because):
            attack()
        self.run("rollback to savepoint attack")


@pytest.fixture
def attacker(cast: Cast, db: None) -> Attacker:
    """As a supervisor, who sees the compartment of signals, in one transaction."""
    set_context(cast.supervisor)
    return Attacker(cast)


RENAME = "update access_organisation set name = 'X', version = %s where id = %s"


class TestOneEntry:
    """An entry covers one change of one row."""

    def test_lets_a_change_with_its_own_entry_through(self, attacker: Attacker) -> None:
        assert attacker.run(RENAME, attacker.entry(attacker.organisation), attacker.organisation) == 1

    def test_refuses_the_same_entry_for_a_second_change(self, attacker: Attacker) -> None:
        entry = attacker.entry(attacker.organisation)
        attacker.run(RENAME, entry, attacker.organisation)
        attacker.refused(RENAME, entry, attacker.organisation)

    def test_refuses_an_entry_of_an_earlier_transaction(self, attacker: Attacker) -> None:
        made = attacker.ask("select version from access_organisation where id = %s", attacker.organisation)
        attacker.refused(RENAME, made, attacker.organisation)

    def test_refuses_a_change_of_the_version_alone(self, attacker: Attacker) -> None:
        attacker.refused("update access_organisation set version = version + 1")
        attacker.refused("update access_account set version = version + 1")

    def test_refuses_an_entry_that_claims_another_transaction(self, attacker: Attacker) -> None:
        """One written ahead for a transaction to come would cover a change that nobody tells of then."""
        ahead = ENTRY.format(name=", transaction_id", value=", '99999999'")
        values = (attacker.organisation, attacker.organisation, attacker.cast.supervisor.id)
        attacker.refused(ahead, *values, because="another transaction")

    def test_refuses_an_entry_that_says_it_covers_a_batch(self, attacker: Attacker) -> None:
        forged = ENTRY.format(name=", covers_batch", value=", true")
        values = (attacker.organisation, attacker.organisation, attacker.cast.supervisor.id)
        attacker.refused(forged, *values, because="row-level security")

    def test_refuses_another_identifier_for_a_row(self, attacker: Attacker) -> None:
        """The row under its old one would be gone, and nothing would say so."""
        new = uuid7()
        statement = "update {} set id = %s, version = %s where id = %s"
        attacker.refused(statement.format("access_organisation"), new, attacker.entry(new), attacker.organisation)
        account = attacker.cast.outsider.id
        attacker.refused(statement.format("access_account"), new, attacker.entry(new), account)
        attacker.refused("update access_account set id = %s where id = %s", new, account)

    def test_refuses_any_change_of_an_account_but_the_renewed_hash_of_its_password(self, attacker: Attacker) -> None:
        account = attacker.cast.analyst.id
        attacker.refused("update access_account set created_at = now() where id = %s", account)
        assert attacker.run("update access_account set password = password || 'x' where id = %s", account) == 1
        attacker.run("set constraints all immediate")


class TestSavepoints:
    """What is taken back is taken back together."""

    def test_refuse_a_row_whose_entry_was_taken_back(self, attacker: Attacker) -> None:
        attacker.run("savepoint one")
        entry = attacker.entry(attacker.organisation)
        attacker.run("rollback to savepoint one")
        attacker.refused(RENAME, entry, attacker.organisation)

    def test_refuse_a_row_that_is_written_before_its_entry(self, attacker: Attacker) -> None:
        """So that taking back the entry takes the row along, whatever savepoints there are."""
        attacker.refused(RENAME, attacker.ask("select nextval('ledger_entry_id_seq')") + 1, attacker.organisation)

    def test_are_seen_through_where_the_guard_looks_at_the_commit(self, attacker: Attacker) -> None:
        attacker.run("savepoint outer_one")
        entry = attacker.ask("select nextval('ledger_entry_id_seq')") + 1
        account = attacker.cast.analyst.id
        attacker.run("update access_account set name = 'X', version = %s where id = %s", entry, account)
        attacker.run("savepoint one")
        assert attacker.entry(account) == entry
        attacker.run("rollback to savepoint one")
        attacker.refused("select 1")
        attacker.run("rollback to savepoint outer_one")

    def test_keep_a_row_that_was_written_in_a_released_one(self, attacker: Attacker) -> None:
        attacker.run("savepoint one")
        entry = attacker.entry(attacker.organisation)
        attacker.run(RENAME, entry, attacker.organisation)
        attacker.run("release savepoint one")
        assert attacker.ask("select version from access_organisation where id = %s", attacker.organisation) == entry


class TestStatements:
    """Every way to write a row."""

    def test_of_several_rows_under_one_entry_are_refused(self, attacker: Attacker) -> None:
        entry = attacker.entry(attacker.room)
        attacker.refused("update access_compartment set name = 'X', version = %s", entry)

    def test_that_insert_and_update_on_conflict_are_refused_for_either(self, attacker: Attacker) -> None:
        upsert = """
        insert into access_organisation (id, name, slug, emergency_text, created_at, version)
        values (%s, 'X', 'x-and-x', '', now(), %s) on conflict (id) do update set name = excluded.name
        """
        here, fresh = attacker.organisation, uuid7()
        attacker.refused(upsert, here, attacker.entry(here))
        attacker.refused(upsert + ", version = excluded.version", here, attacker.entry(fresh))
        attacker.refused(upsert, fresh, attacker.entry(here))
        assert attacker.run(upsert + ", version = excluded.version", here, attacker.entry(here)) == 1

    def test_that_change_two_tables_at_once_are_refused_when_one_has_no_entry(self, attacker: Attacker) -> None:
        both = """
        with one as (update access_organisation set name = 'X', version = %s where id = %s)
        update access_compartment set name = 'X', version = %s where id = %s
        """
        entry = attacker.entry(attacker.organisation)
        attacker.refused(both, entry, attacker.organisation, entry, attacker.room)
        attacker.refused(both, 1, attacker.organisation, attacker.entry(attacker.room), attacker.room)

    @pytest.mark.parametrize("then", ["update set name = 'X'", "update set name = 'X', version = %s"])
    def test_that_merge_are_refused(self, attacker: Attacker, then: str) -> None:
        using = "merge into access_compartment c using access_account a on c.org_id = a.org_id and a.id = %s"
        merge = f"{using} when matched then {then}"
        values = [attacker.cast.analyst.id, *([attacker.entry(uuid7())] if "%s" in then else [])]
        attacker.refused(merge, *values)

    def test_that_merge_in_new_rows_are_refused(self, attacker: Attacker) -> None:
        merge = f"""
        merge into access_compartment c using (select gen_random_uuid() as key) k on c.id = k.key
        when not matched then insert ({COPIED}, section)
          values (k.key, %s, 'record', 'X', '{{}}', now(), %s, 'core')
        """
        attacker.refused(merge, attacker.organisation, attacker.entry(uuid7()))

    def test_that_copy_are_refused(self, attacker: Attacker) -> None:
        raw = connection.connection
        attacker.run("savepoint copying")
        row = f"{uuid7()}\tX\tx\t\t2026-01-01\t{attacker.entry(uuid7())}\n"
        with (
            pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="without a ledger entry"),
            raw.cursor() as cursor,
            cursor.copy(
                "copy access_organisation (id, name, slug, emergency_text, created_at, version) from stdin"
            ) as copy,
        ):
            copy.write(row)
        attacker.run("rollback to savepoint copying")

    @pytest.mark.parametrize(
        "statement", ["delete from access_compartment", "truncate access_compartment cascade", "truncate records_task"]
    )
    def test_that_remove_rows_are_not_the_applications(self, attacker: Attacker, statement: str) -> None:
        attacker.refused(statement, because="permission denied")


class TestGuardItself:
    """What would make the guard look away."""

    @pytest.mark.parametrize(
        "statement",
        [
            "set session_replication_role = replica",
            "set local session_replication_role = replica",
            "alter table access_compartment disable trigger all",
            "alter table access_compartment disable trigger user",
            "drop trigger ledger_entry_required_update on access_compartment",
            "create or replace function ledger_version_must_rise() returns trigger language plpgsql as 'begin end'",
            "insert into ledger_pending values (1)",
            "select 1 from ledger_pending",
            "create table public.planted (id int)",
            "create function public.planted() returns int language sql as 'select 1'",
            "set role longwatch_search",
            "set role longwatch_owner",
            "set session authorization longwatch_owner",
            "alter role longwatch_app superuser",
            "alter role longwatch_app bypassrls",
        ],
    )
    def test_is_not_the_applications_to_change(self, attacker: Attacker, statement: str) -> None:
        attacker.refused(statement, because=NOT_ALLOWED)

    def test_holds_when_constraints_are_deferred(self, attacker: Attacker) -> None:
        attacker.run("set constraints all deferred")
        attacker.refused("update access_compartment set name = 'X'")

    def test_cannot_be_shown_tables_of_the_applications_own(self, attacker: Attacker) -> None:
        """They could pass for ours, or have triggers that use our functions."""
        attacker.refused("create temporary table ledger_entry (id bigint)", because="permission denied")

    def test_lends_its_functions_to_nobodys_triggers(self, attacker: Attacker) -> None:
        """On another table, the one that notes new entries would note what was never written."""
        executable = """
        select string_agg(proname, ', ') from pg_proc p
         where prosecdef and prorettype = 'trigger'::regtype
           and has_function_privilege('longwatch_app', p.oid, 'execute')
        """
        assert attacker.ask(executable) is None

    def test_notes_only_entries_of_the_ledger(self, db: None) -> None:
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner:
            owner.execute("create temporary table forged (like ledger_entry including defaults)")
            owner.execute(
                "create trigger t after insert on forged for each row execute function ledger_entry_pending()"
            )
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another transaction"):
                owner.execute(ENTRY.format(name="", value="").replace("ledger_entry", "forged"), [uuid7()] * 3)
            owner.rollback()


class TestBatches:
    """An entry about many arrivals covers them only, and only where they arrive."""

    def test_do_not_cover_other_changes_of_signals(self, attacker: Attacker) -> None:
        cast = attacker.cast
        source = make_source(cast)
        one = send(source, cast, dedup_key="one").signal_id
        batch = signal_of(send(source, cast, dedup_key="two"), cast).version
        set_context(cast.analyst)
        assert Signal.objects.filter(id=one).exists()
        attacker.refused("update intake_signal set status = 'dismissed', version = %s where id = %s", batch, one)

    def test_do_not_cover_signals_that_never_arrived(self, attacker: Attacker) -> None:
        cast = attacker.cast
        batch = signal_of(send(make_source(cast), cast), cast)
        set_context(cast.analyst)
        names = ", ".join(str(f.column) for f in Signal._meta.concrete_fields if f.column not in ("id", "dedup_key"))
        copy = f"insert into intake_signal (id, dedup_key, {names}) select gen_random_uuid(), sha256('x'), {names}"
        attacker.refused(f"{copy} from intake_signal where id = %s", batch.id)
