# SPDX-License-Identifier: Apache-2.0
"""SQL files beside the packages, run by migrations."""

from pathlib import Path

from django.db.migrations.operations import RunSQL


def run_sql_file(module_file: str, name: str) -> RunSQL:
    """A migration step that runs `sql/<name>` of the package of the migration; it has no way back.

    The files are idempotent (create or replace, drop if exists), so an edited policy is a new
    migration that runs the file again.
    """
    path = Path(module_file).resolve().parent.parent / "sql" / name
    return RunSQL(path.read_text(encoding="utf-8"), RunSQL.noop)
