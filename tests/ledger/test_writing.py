# SPDX-License-Identifier: Apache-2.0
"""No change without an entry about it: the service's side and the database's side."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.access.events import AccountRolesChanged
from longwatch.access.models import Account, Organisation
from longwatch.access.services.accounts import change_roles
from longwatch.ledger.leaf import commitment, leaf_hash
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.ledger.writing import row_content
from tests.intake.cast_signals import make_source, send, signal_of
from tests.personas import Cast


def check_now() -> None:
    """Run the deferred guards as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def about(cast: Cast, organisation: Organisation) -> int:
    """An entry about the organisation."""
    return ledger.append(AccountRolesChanged(subject_id=organisation.id, before=(), after=()), by=cast.administrator)


class TestRecord:
    """ledger.record"""

    def test_saves_the_row_with_the_entry_as_its_version(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            account = change_roles(cast.analyst.id, roles=["supervisor"], by=cast.administrator)
            check_now()
            entry = LedgerEntry.objects.get(id=account.version)
        stored = Account.objects.get(id=account.id)
        assert (entry.action, entry.subject_id, stored.roles) == ("account.roles_changed", account.id, ["supervisor"])
        assert stored.version == entry.id

    def test_keeps_names_and_texts_out_of_the_leaf(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            account = change_roles(cast.analyst.id, roles=["supervisor"], by=cast.administrator)
            leaf = bytes(LedgerEntry.objects.get(id=account.version).leaf)
        assert b"account.roles_changed" in leaf
        assert not any(word in leaf for word in (b"Ada", b"supervisor", b"Ana"))

    def test_commits_to_every_detail_and_to_the_row(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            account = change_roles(cast.analyst.id, roles=["supervisor"], by=cast.administrator)
            entry = LedgerEntry.objects.get(id=account.version)
            openings = LedgerDetail.objects.get(entry_id=entry.id).fields
        leaf = bytes(entry.leaf)
        assert bytes(entry.leaf_hash) == leaf_hash(leaf)
        assert openings["after"]["value"] == ["supervisor"]
        for name, opening in openings.items():
            value = row_content(Account.objects.get(id=account.id)) if name == "row" else opening["value"]
            assert commitment(bytes.fromhex(opening["salt"]), value).encode() in leaf


class TestGuard:
    """The deferred trigger of every audited table."""

    def refused(self, change: Callable[[], Any]) -> None:
        def change_and_check() -> None:
            with transaction.atomic():
                change()
                check_now()

        with pytest.raises(IntegrityError, match="without a ledger entry"):
            change_and_check()

    def test_refuses_raw_sql_without_an_entry(self, cast: Cast) -> None:
        self.refused(lambda: Account.objects.filter(id=cast.analyst.id).update(name="Somebody else"))

    def test_refuses_a_second_change_behind_an_earlier_entry(self, cast: Cast) -> None:
        """The hole that a guard by subject alone has: the first entry of the transaction must not cover the second."""

        def change() -> None:
            change_roles(cast.analyst.id, roles=["supervisor"], by=cast.administrator)
            Account.objects.filter(id=cast.analyst.id).update(name="Somebody else")

        self.refused(change)

    def test_refuses_a_version_that_is_an_entry_about_something_else(self, cast: Cast) -> None:
        def change() -> None:
            event = AccountRolesChanged(subject_id=cast.hr.id, before=(), after=())
            entry = ledger.append(event, by=cast.administrator)
            Account.objects.filter(id=cast.analyst.id).update(name="Somebody else", version=entry)

        self.refused(change)

    def test_refuses_an_old_entry_as_version(self, cast: Cast) -> None:
        later = cast.accounts["auditor"].version
        self.refused(lambda: Account.objects.filter(id=cast.analyst.id).update(name="X", version=later + 10**6))

    def test_refuses_to_go_back_to_an_earlier_entry_about_the_same_row(self, cast: Cast) -> None:
        here = Organisation.objects.filter(id=cast.organisation.id)

        def change() -> None:
            first, second = about(cast, cast.organisation), about(cast, cast.organisation)
            here.update(name="Renamed", version=second)
            here.update(name="Renamed again", version=first)

        self.refused(change)

    def test_refuses_one_row_among_several_that_the_entry_is_not_about(self, cast: Cast) -> None:
        self.refused(lambda: Organisation.objects.update(name="All", version=about(cast, cast.organisation)))

    def test_refuses_a_batch_of_arrivals_as_the_entry_about_anything_but_a_signal(self, cast: Cast) -> None:
        batch = signal_of(send(make_source(cast), cast), cast).version
        self.refused(lambda: Organisation.objects.filter(id=cast.organisation.id).update(name="X", version=batch))

    def test_refuses_a_deletion_without_an_entry(self, db: None) -> None:
        """The application may delete nothing that is audited; the owner of the tables is refused, too."""
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner:
            owner.execute("create table planted as select gen_random_uuid() as id, 1::bigint as version")
            owner.execute("call ledger_guard('planted')")
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="without a ledger entry"):
                owner.execute("delete from planted")
            owner.rollback()

    def test_refuses_an_insert_without_an_entry(self, cast: Cast) -> None:
        stranger = Account(org=cast.organisation, email="nobody@halden.test", name="Nobody", roles=["analyst"])
        self.refused(lambda: stranger.save(force_insert=True))


OLD_GUARD = """
create constraint trigger ledger_entry_required after insert or delete or update of name on planted
  deferrable initially deferred for each row execute function ledger_row_entry_required()
"""
GUARDS = "select tgname, tgattr <> '' from pg_trigger where tgrelid = 'planted'::regclass order by tgname"


class TestGuardAgain:
    """sql/guard_again.sql"""

    def test_renews_a_guard_of_an_older_version_with_the_columns_it_had(self, db: None) -> None:
        renewal = (Path(ledger.__file__).parent / "sql" / "guard_again.sql").read_bytes()
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner:
            owner.execute("create table planted (id uuid, version bigint, name text, last_seen text)")
            owner.execute(OLD_GUARD)
            owner.execute(renewal)
            assert owner.execute(GUARDS).fetchall() == [
                ("ledger_entry_required_delete", False),
                ("ledger_entry_required_insert", False),
                ("ledger_entry_required_update", True),
                ("ledger_version_must_rise", False),
            ]
            owner.rollback()

    def test_renews_the_guard_of_a_table_that_is_written_in_batches(self, db: None) -> None:
        renewal = (Path(ledger.__file__).parent / "sql" / "guard_again.sql").read_bytes()
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner:
            owner.execute("create table planted (id uuid, version bigint)")
            owner.execute("call ledger_guard('planted', batches => 'longwatch_search')")
            before = owner.execute(GUARDS).fetchall()
            owner.execute(renewal)
            assert owner.execute(GUARDS).fetchall() == before
            assert ("ledger_batch_entry_required_update", False) in before
            owner.rollback()


class TestAppendOnly:
    """What the application role may do to the ledger."""

    def denied(self, statement: str) -> None:
        with (
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(statement)

    @pytest.mark.parametrize(
        "statement",
        [
            "update ledger_entry set action = 'x'",
            "delete from ledger_entry",
            "truncate ledger_entry",
            "update ledger_detail set fields = '{}'",
            "delete from ledger_pending",
        ],
    )
    def test_refuses_to_rewrite_history(self, cast: Cast, statement: str) -> None:
        self.denied(statement)

    def test_refuses_partitions_as_a_way_around(self, cast: Cast) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select relname from pg_class where relkind = 'r' and relname like 'ledger_entry_2%' limit 1"
            )
            (partition,) = cursor.fetchone()
        self.denied(f"select * from {partition}")


class TestReading:
    """Who reads what of the ledger."""

    def test_shows_an_auditor_entries_but_not_the_details_of_records(self, cast: Cast) -> None:
        with acting_as(cast.auditor):
            opened = LedgerEntry.objects.filter(action="compartment.opened")
            assert opened.count() == 2
            assert not LedgerDetail.objects.filter(entry_id__in=[e.id for e in opened]).exists()

    def test_shows_an_analyst_nothing_of_the_administration(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            assert not LedgerEntry.objects.filter(action="account.created").exists()

    def test_shows_another_organisation_nothing(self, cast: Cast) -> None:
        with acting_as(cast.outsider):
            assert not LedgerEntry.objects.filter(org_id=cast.organisation.id).exists()
