# SPDX-License-Identifier: Apache-2.0
from longwatch.integrity.tables import Table, audited_tables


class TestTables:
    def test_are_those_whose_rows_have_a_version(self) -> None:
        names = {table.name for table in audited_tables()}
        assert {"access_account", "records_task", "intake_signal", "evidence_custody_event"} <= names
        assert "ledger_entry" not in names

    def test_leave_passwords_out(self) -> None:
        [accounts] = [table for table in audited_tables() if table.name == "access_account"]
        assert "password" not in dict(accounts.columns)

    def test_know_what_was_committed_to_before_later_columns(self) -> None:
        table = Table("t", (("id", "id"), ("a", "a"), ("b", "b")), ("a", "b"))
        assert list(table.contents([1, 2, 3])) == [{"id": 1, "a": 2, "b": 3}, {"id": 1, "a": 2}, {"id": 1}]
