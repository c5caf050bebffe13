# SPDX-License-Identifier: Apache-2.0
"""SQL files as steps of migrations."""

from pathlib import Path

from longwatch.core.sql import run_sql_file


class TestRunSqlFile:
    """run_sql_file"""

    def test_runs_the_file_of_the_package_and_has_a_way_back_that_does_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "sql").mkdir()
        (tmp_path / "sql/wall.sql").write_text("select 'ä'")
        step = run_sql_file(str(tmp_path / "migrations/0001_initial.py"), "wall.sql")
        assert (step.sql, step.reverse_sql) == ("select 'ä'", step.noop)
