# SPDX-License-Identifier: Apache-2.0
"""What the database itself says about row security and guards; a registry in Python could forget a table."""

from typing import Any, Protocol

import psycopg
import pytest
from django.db import connection, connections

# Tables that hold no content of records, each with the reason why it needs no row security.
OPEN_TABLES = {
    "access_organisation": "names of organisations; read before anybody is signed in",
    "access_account": "names within an organisation; read to sign people in",
    "access_api_token": "hashes of tokens; read to find the actor",
    "access_cache": "rate limits and used codes; read to sign people in",
    "access_session": "sessions, by a hash of their secret key; read before anybody is signed in",
    "access_throttle": "counts of failed attempts; read before anybody is signed in",
    "account_emailaddress": "allauth",
    "account_emailconfirmation": "allauth",
    "auth_group": "Django; unused",
    "auth_group_permissions": "Django; unused",
    "auth_permission": "Django; unused",
    "django_content_type": "Django",
    "django_migrations": "Django",
    "django_session": "Django; unused",
    "intake_idempotency": "reached only by the intake role; keyed by token",
    "intake_source": "configuration, not content",
    "ledger_pending": "identifiers only; the application role has no grant",
    "mfa_authenticator": "allauth; second factors, their secrets encrypted; read to sign people in",
    "procrastinate_events": "jobs",
    "procrastinate_jobs": "jobs",
    "procrastinate_periodic_defers": "jobs",
    "procrastinate_workers": "jobs",
    "records_reference_counter": "numbers only",
    "socialaccount_socialaccount": "allauth; who an identity provider's person is; read to sign people in",
    "socialaccount_socialapp": "allauth; unused, providers come from settings",
    "socialaccount_socialtoken": "allauth; unused, tokens are not kept",
}

WALLS = """
select c.relname, c.relrowsecurity and c.relforcerowsecurity,
       exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polpermissive
                and p.polroles <> array['longwatch_verifier'::regrole::oid]) or c.relispartition
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
"""
# All of insert, update and delete; an update's version must also rise, which the one by columns looks at itself.
AUDITED = """
with guards as (
  select t.tgrelid, t.tgname, t.tgconstraint <> 0 as by_columns from pg_trigger t where t.tgenabled = 'O')
select c.relname,
       (exists (select 1 from guards g where g.tgrelid = c.oid and g.tgname = 'ledger_entry_required_insert')
        and exists (select 1 from guards g where g.tgrelid = c.oid and g.tgname = 'ledger_entry_required_delete')
        and exists (select 1 from guards g where g.tgrelid = c.oid and g.tgname = 'ledger_entry_required_update'
                     and (g.by_columns or exists (select 1 from guards r where r.tgrelid = c.oid
                                                   and r.tgname = 'ledger_version_must_rise')))
        -- Where the writer of batches has guards of its own, it has both.
        and (c.relname <> 'intake_signal'
             or 2 = (select count(*) from guards g where g.tgrelid = c.oid
                      and g.tgname in ('ledger_batch_entry_required_insert', 'ledger_batch_entry_required_update'))))
       or exists (select 1 from guards g where g.tgrelid = c.oid and g.tgname = 'evidence_custody_entry_required')
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'version' and not a.attisdropped
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
"""
POWERS = """
select r.rolname from pg_roles r where r.rolname like 'longwatch%' and (r.rolsuper or r.rolbypassrls)
"""
PARTITION_DOORS = """
select c.relname from pg_class c
 where c.relispartition and c.relkind = 'r'
   and (has_table_privilege('longwatch_app', c.oid, 'select, insert, update, delete')
        or has_table_privilege('longwatch_intake', c.oid, 'select, insert, update, delete'))
"""
# Functions that reach past row security, and that a role may call which has no business with them. The application
# reaches what follows a closing record through its two doors only, which say what is to happen.
DOORS = """
select p.proname, r.rolname from pg_proc p cross join pg_roles r
 where p.prosecdef and p.pronamespace = 'public'::regnamespace
   and (r.rolname in ('longwatch_intake', 'longwatch_verifier', 'longwatch_sequencer')
        or (r.rolname = 'longwatch_app'
            and p.proname in ('intake_follow_record', 'ledger_sequence', 'ledger_keep_checkpoint')))
   and has_function_privilege(r.oid, p.oid, 'execute')
   and (p.proname, r.rolname) not in (('intake_receive', 'longwatch_intake'),
                                      ('intake_quiet_rules', 'longwatch_intake'),
                                      ('intake_keep_delivery', 'longwatch_intake'),
                                      ('intake_own_mapping', 'longwatch_intake'),
                                      ('ledger_sequence', 'longwatch_sequencer'),
                                      ('ledger_keep_checkpoint', 'longwatch_sequencer'))
"""


class Cursor(Protocol):
    """Django's cursor or psycopg's."""

    def execute(self, statement: str, /) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


def rows(statement: str, cursor: Cursor | None = None) -> list[tuple[Any, ...]]:
    if cursor is None:
        with connection.cursor() as own:
            return rows(statement, own)
    cursor.execute(statement)
    return cursor.fetchall()


def tables_without_a_wall(cursor: Cursor | None = None) -> list[str]:
    walls = rows(WALLS, cursor)
    return [name for name, forced, policy in walls if name not in OPEN_TABLES and not (forced and policy)]


def tables_without_a_guard(cursor: Cursor | None = None) -> list[str]:
    return [name for name, guarded in rows(AUDITED, cursor) if not guarded]


class TestRowSecurity:
    """The wall."""

    def test_every_table_has_forced_row_security_or_a_named_reason(self, db: None) -> None:
        assert tables_without_a_wall() == []

    def test_every_reason_names_a_table_that_exists(self, db: None) -> None:
        assert set(OPEN_TABLES) <= {str(name) for name, *_ in rows(WALLS)}

    def test_no_role_of_ours_can_step_over_the_wall(self, db: None) -> None:
        assert rows(POWERS) == []

    def test_partitions_have_no_door_of_their_own(self, db: None) -> None:
        assert rows(PARTITION_DOORS) == []

    def test_functions_past_the_wall_are_not_open_to_everybody(self, db: None) -> None:
        assert rows(DOORS) == []

    def test_the_application_owns_nothing(self, db: None) -> None:
        owned = "select 1 from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'longwatch_app'"
        with connection.cursor() as cursor:
            cursor.execute(owned)
            assert cursor.fetchall() == []


class TestGuards:
    """The ledger guard."""

    def test_every_table_with_a_version_is_guarded(self, db: None) -> None:
        assert tables_without_a_guard() == []


class TestTheseChecks:
    """A check that cannot turn red is none: each is shown a planted violation, in a transaction that is undone."""

    def planted(self, *statements: str) -> tuple[list[str], list[str]]:
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner, owner.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            seen = tables_without_a_wall(cursor), tables_without_a_guard(cursor)
            owner.rollback()
        return seen

    def test_see_a_table_without_a_wall_or_guard(self, db: None) -> None:
        planted = self.planted("create table planted (id uuid, version bigint, compartment_id uuid)")
        assert planted == (["planted"], ["planted"])

    def test_see_row_security_that_is_not_forced(self, db: None) -> None:
        assert self.planted("alter table records_task no force row level security")[0] == ["records_task"]

    def test_see_a_dropped_policy(self, db: None) -> None:
        drops = [f"drop policy {name} on records_task" for name in ("definer", "erases", "hands_over", "inside")]
        assert self.planted(*drops)[0] == ["records_task"]

    def test_see_a_function_that_is_open_to_everybody(self, db: None) -> None:
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner, owner.cursor() as cursor:
            cursor.execute("grant execute on function my_reports(int) to public")
            assert {name for name, _role in rows(DOORS, cursor)} == {"my_reports"}
            owner.rollback()

    def test_see_a_closing_function_that_is_open_to_more(self, db: None) -> None:
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner, owner.cursor() as cursor:
            cursor.execute("grant execute on function intake_follow_record(uuid, text, text) to longwatch_app")
            cursor.execute("grant execute on function intake_close_with_record(uuid) to longwatch_intake")
            assert set(rows(DOORS, cursor)) == {
                ("intake_follow_record", "longwatch_app"), ("intake_close_with_record", "longwatch_intake"),
            }  # fmt: skip
            owner.rollback()

    @pytest.mark.parametrize(
        "guard",
        [
            "ledger_entry_required_insert",
            "ledger_entry_required_update",
            "ledger_entry_required_delete",
            "ledger_version_must_rise",
        ],
    )
    def test_see_a_disabled_guard(self, db: None, guard: str) -> None:
        assert self.planted(f"alter table records_task disable trigger {guard}")[1] == ["records_task"]

    @pytest.mark.parametrize("event", ["insert", "update"])
    def test_see_a_disabled_guard_of_the_writer_of_batches(self, db: None, event: str) -> None:
        disable = f"alter table intake_signal disable trigger ledger_batch_entry_required_{event}"
        assert self.planted(disable)[1] == ["intake_signal"]
