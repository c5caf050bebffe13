# SPDX-License-Identifier: Apache-2.0
"""Places in the tree: for committed entries only, each once, whoever else is at it."""

import threading
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from django.db import connections

from longwatch.core.postgres.address import APP, INTAKE, VERIFIER, Address
from longwatch.ledger.connecting import as_sequencer
from longwatch.ledger.merkle import root
from longwatch.ledger.nodes import root_at
from longwatch.ledger.sequencer import is_waiting, sequence, tree_size
from tests.ledger.entries import RAW, fill, note_down, superuser
from tests.personas import Cast

PLACED = """
select l.leaf_index, e.leaf_hash from ledger_leaf l join ledger_entry e on e.id = l.entry_id order by l.leaf_index
"""


def ask(database: Address, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with superuser(database) as connection:
        return connection.execute(statement, values).fetchall()


def check_tree(database: Address) -> int:
    """All entries have a place, without gaps, and every stored root is the one over their hashes; returns how many."""
    placed = ask(database, PLACED)
    hashes = [bytes(hash_) for _, hash_ in placed]
    assert [index for index, _ in placed] == list(range(len(placed)))
    assert ask(database, "select count(*) from ledger_entry") == [(len(placed),)]

    def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return ask(database, statement, *values)

    for size in {0, 1, 2, 3, len(hashes) // 2, len(hashes)}:
        assert root_at(rows, size) == root(hashes[:size])
        assert ask(database, "select ledger_root(%s)", size) == [(root(hashes[:size]),)]
    return len(placed)


class TestSequence:
    @pytest.mark.parametrize("batch", [1, 7, 10_000])
    def test_places_all_entries_in_any_batches(self, committed: Cast, committed_db: Address, batch: int) -> None:
        for count in (5, 1, 40):
            note_down(committed.analyst, count)
            with as_sequencer() as connection:
                size = sequence(connection, batch)
                assert tree_size(connection) == size
                assert not is_waiting(connection)
            assert check_tree(committed_db) == size

    def test_places_nothing_twice(self, committed: Cast) -> None:
        with as_sequencer() as connection:
            assert sequence(connection) == sequence(connection)

    def test_leaves_what_is_not_committed_and_places_it_later(self, committed: Cast, committed_db: Address) -> None:
        with superuser(committed_db) as slow, as_sequencer() as connection:
            with slow.transaction():
                slow.execute(RAW, [committed.organisation.id, 1])
                note_down(committed.analyst)
                before = sequence(connection)
            assert sequence(connection) == before + 1
        check_tree(committed_db)

    def test_what_is_rolled_back_leaves_no_gap(self, committed: Cast, committed_db: Address) -> None:
        with superuser(committed_db) as other:
            with other.transaction(force_rollback=True):
                other.execute(RAW, [committed.organisation.id, 10])
            note_down(committed.analyst)
        with as_sequencer() as connection:
            sequence(connection)
        check_tree(committed_db)

    def test_two_at_once_share_the_work(self, committed: Cast, committed_db: Address) -> None:
        fill(committed_db, committed.organisation.id, 3_000)
        problems: list[BaseException] = []

        def work() -> None:
            try:
                with as_sequencer() as connection:
                    sequence(connection, 50)
            except psycopg.Error as error:
                problems.append(error)

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert problems == []
        assert check_tree(committed_db) > 3_000

    def test_places_entries_while_others_are_written(self, committed: Cast, committed_db: Address) -> None:
        done = threading.Event()

        def write() -> None:
            with superuser(committed_db) as connection:
                for count in range(60):
                    with connection.transaction(force_rollback=count % 3 == 0):
                        connection.execute(RAW, [committed.organisation.id, 1 + count % 5])
            done.set()

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        with as_sequencer() as connection:
            while not done.is_set():
                sequence(connection, 3)
            for writer in writers:
                writer.join()
            sequence(connection)
        check_tree(committed_db)

    def test_a_crash_in_the_middle_leaves_everything_as_it_was(self, committed: Cast, committed_db: Address) -> None:
        with superuser(committed_db) as connection:
            waiting = ask(committed_db, "select count(*) from ledger_pending")
            with connection.transaction(force_rollback=True):
                connection.execute("select ledger_sequence(10)")
        assert ask(committed_db, "select count(*) from ledger_leaf") == [(0,)]
        assert ask(committed_db, "select count(*) from ledger_pending") == waiting
        with as_sequencer() as sequencer:
            sequence(sequencer)
        check_tree(committed_db)

    def test_takes_the_hash_of_entries_from_before_from_the_ledger(
        self, committed: Cast, committed_db: Address
    ) -> None:
        with superuser(committed_db) as connection:
            connection.execute("update ledger_pending set leaf_hash = null, transaction_id = null")
        with as_sequencer() as sequencer:
            sequence(sequencer)
        check_tree(committed_db)

    def test_leaves_entries_of_its_own_transaction(self, committed: Cast, committed_db: Address) -> None:
        with superuser(committed_db) as connection, connection.transaction():
            connection.execute(RAW, [committed.organisation.id, 1])
            connection.execute("select ledger_sequence(1000)")
            assert connection.execute("select count(*) from ledger_pending").fetchone() == (1,)


FORBIDDEN = [
    "insert into ledger_leaf values (900, 900)",
    "insert into ledger_node values (0, 900, sha256(''))",
    "insert into ledger_checkpoint values (900, 'note')",
    "delete from ledger_pending",
    "update ledger_node set hash = sha256('')",
    "delete from ledger_leaf",
    "truncate ledger_node",
]


@pytest.fixture
def ordinary(db: None, database_server: Address) -> Address:
    """The database of ordinary tests, which nothing here changes."""
    return database_server.named(str(connections["default"].settings_dict["NAME"]))


class TestRights:
    @pytest.mark.parametrize("role", [APP, INTAKE, VERIFIER])
    @pytest.mark.parametrize(
        "statement",
        [*FORBIDDEN, "select ledger_sequence(1)", "select ledger_keep_checkpoint(1, '')",
         "insert into ledger_key values (9, 'k', 0, 'r')", "insert into ledger_cosignature values (1, 'x')"],
    )  # fmt: skip
    def test_nobody_else_writes_the_tree(self, ordinary: Address, role: str, statement: str) -> None:
        with (
            psycopg.connect(ordinary.conninfo(role), autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)

    @pytest.mark.parametrize("statement", FORBIDDEN)
    def test_the_sequencer_itself_chooses_nothing(self, ordinary: Address, statement: str) -> None:
        with as_sequencer() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)

    def test_a_tree_is_never_changed_while_its_triggers_stand(self, committed: Cast, committed_db: Address) -> None:
        with as_sequencer() as sequencer:
            sequence(sequencer)
        with superuser(committed_db) as connection:
            for table in ("ledger_leaf", "ledger_node", "ledger_entry"):
                for verb in ("delete from", "truncate"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                        connection.execute(f"{verb} {table}")

    def test_a_page_sees_the_places_of_readable_entries_only(self, committed: Cast, committed_db: Address) -> None:
        with as_sequencer() as sequencer:
            sequence(sequencer)
        with psycopg.connect(committed_db.conninfo(APP)) as stranger:
            assert stranger.execute("select count(*) from ledger_leaf").fetchone() == (0,)
            assert stranger.execute("select count(*) > 0 from ledger_node").fetchone() == (True,)


class TestKeepCheckpoint:
    @pytest.mark.parametrize(
        "note", ["", "log\n1\n\n", "log\n1\n{root}x\n\n", "log\n2\n{root}\n\n", "log\n999999\n{root}\n\n"]
    )
    def test_refuses_a_note_about_another_tree(self, committed: Cast, committed_db: Address, note: str) -> None:
        with as_sequencer() as connection:
            sequence(connection)
            ((found,),) = ask(committed_db, "select encode(ledger_root(1), 'base64')")
            with pytest.raises(psycopg.Error):
                connection.execute("select ledger_keep_checkpoint(1, %s)", [note.format(root=found)])
            with pytest.raises(psycopg.Error):
                connection.execute("select ledger_keep_checkpoint(999999, %s)", [note.format(root=found)])
        assert ask(committed_db, "select count(*) from ledger_checkpoint") == [(0,)]

    def test_refuses_to_go_back(self, committed: Cast, committed_db: Address) -> None:
        with as_sequencer() as connection:
            sequence(connection)
            for size in (2, 1):
                ((found,),) = ask(committed_db, "select encode(ledger_root(%s), 'base64')", size)
                keep = "select ledger_keep_checkpoint(%s, %s)"
                if size == 2:
                    connection.execute(keep, [size, f"log\n{size}\n{found}\n\n"])
                    connection.execute(keep, [size, f"log\n{size}\n{found}\n\n"])
                else:
                    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                        connection.execute(keep, [size, f"log\n{size}\n{found}\n\n"])
