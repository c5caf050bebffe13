# SPDX-License-Identifier: Apache-2.0
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest

from longwatch.core.postgres.address import Address
from tests.fixtures.server import server_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def longwatch(variables: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "longwatch", *words], env=variables, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def variables(committed_db: Address, tmp_path: Path) -> dict[str, str]:
    return {**server_environment(committed_db, 1), "LONGWATCH_DATA": str(tmp_path / "data")}


def people(address: Address) -> list[tuple[object, ...]]:
    with psycopg.connect(address.admin_conninfo(address.database)) as connection:
        return connection.execute("select email, roles from access_account").fetchall()


class TestRestore:
    def test_brings_back_database_and_evidence(
        self, variables: dict[str, str], committed_db: Address, tmp_path: Path
    ) -> None:
        evidence = tmp_path / "data" / "evidence"
        evidence.mkdir(parents=True)
        (evidence / "photo").write_bytes(b"original")
        assert longwatch(variables, "user", "add", "ada@example.org", "--name", "Ada").returncode == 0
        before = people(committed_db)
        done = longwatch(variables, "backup", str(tmp_path / "b.tar"))
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0
        (evidence / "photo").write_bytes(b"changed")
        longwatch(variables, "user", "add", "eve@example.org", "--name", "Eve", "--role", "analyst")
        assert longwatch(variables, "restore", str(tmp_path / "b.tar")).returncode == 1
        done = longwatch(variables, "restore", str(tmp_path / "b.tar"), "--replace")
        assert done.returncode == 0, done.stderr
        assert people(committed_db) == before
        assert (evidence / "photo").read_bytes() == b"original"
        assert longwatch(variables, "verify").returncode == 0

    def test_wants_the_keys_that_a_backup_without_them_needs(self, variables: dict[str, str], tmp_path: Path) -> None:
        keys = tmp_path / "data" / "keys"
        keys.mkdir(parents=True)
        (keys / "evidence").write_text("secret")
        assert longwatch(variables, "backup", str(tmp_path / "b.tar"), "--without-keys").returncode == 0
        with tarfile.open(tmp_path / "b.tar") as tar:
            assert not [name for name in tar.getnames() if name.startswith(("keys", "secret_key"))]
        keys.rename(tmp_path / "kept")
        done = longwatch(variables, "restore", str(tmp_path / "b.tar"), "--replace")
        assert (done.returncode, "made without keys" in done.stderr) == (1, True)
        (tmp_path / "kept").rename(keys)
        done = longwatch(variables, "restore", str(tmp_path / "b.tar"), "--replace")
        assert done.returncode == 0, done.stderr

    def test_refuses_a_file_that_is_no_backup(self, variables: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "x").write_text("something else")
        done = longwatch(variables, "restore", str(tmp_path / "x"))
        assert (done.returncode, "not a Longwatch backup" in done.stderr) == (1, True)

    def test_refuses_a_damaged_dump(self, variables: dict[str, str], tmp_path: Path) -> None:
        assert longwatch(variables, "backup", str(tmp_path / "b.tar")).returncode == 0
        _damage(tmp_path / "b.tar", tmp_path / "damaged.tar")
        done = longwatch(variables, "restore", str(tmp_path / "damaged.tar"), "--replace")
        assert (done.returncode, "does not match its hash" in done.stderr) == (1, True)


def _damage(source: Path, target: Path) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        manifest = old.extractfile("manifest.json")
        assert manifest is not None
        for name, content in (("manifest.json", manifest.read()), ("database.dump", b"damaged")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
