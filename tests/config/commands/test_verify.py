# SPDX-License-Identifier: Apache-2.0
"""The command itself: its exit status, what it prints, and a backup instead of the database."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from longwatch.core.postgres.address import Address
from tests.fixtures.server import server_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def variables(committed_db: Address, tmp_path: Path) -> dict[str, str]:
    return {**server_environment(committed_db, 1), "LONGWATCH_DATA": str(tmp_path / "data")}


def longwatch(variables: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "longwatch", *words], env=variables, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


class TestVerify:
    def test_says_what_does_not_hold_and_where(self, variables: dict[str, str], committed_db: Address) -> None:
        longwatch(variables, "user", "add", "ada@example.org", "--name", "Ada")
        done = longwatch(variables, "verify")
        assert (done.returncode, "everything holds" in done.stdout) == (0, True), done.stdout + done.stderr
        with psycopg.connect(committed_db.admin_conninfo(committed_db.database), autocommit=True) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute("update access_account set name = 'Eve'")
        done = longwatch(variables, "verify", "--json")
        said = json.loads(done.stdout)
        assert (done.returncode, said["broken"]) == (1, 1)
        assert said["faults"][0].startswith("access_account ")

    def test_says_when_it_cannot_check(self, variables: dict[str, str]) -> None:
        done = longwatch(variables | {"DATABASE_URL": "postgresql://x@127.0.0.1:1/none"}, "verify")
        assert (done.returncode, "could not be verified" in done.stderr) == (2, True)

    def test_verifies_a_backup_in_a_server_of_its_own(
        self, variables: dict[str, str], committed_db: Address, tmp_path: Path
    ) -> None:
        longwatch(variables, "user", "add", "ada@example.org", "--name", "Ada")
        with psycopg.connect(committed_db.admin_conninfo(committed_db.database), autocommit=True) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute("update access_account set name = 'Eve'")
        made = longwatch(variables, "backup", str(tmp_path / "b.tar"))
        assert made.returncode == 0, made.stderr
        done = longwatch(variables, "verify", "--dump", str(tmp_path / "b.tar"))
        assert (done.returncode, "1 fault." in done.stdout) == (1, True), done.stdout + done.stderr
        assert "access_account" in done.stdout
