# SPDX-License-Identifier: Apache-2.0
"""Which data directory a command uses, and what it makes there."""

from pathlib import Path

import pytest

from longwatch.config.cli import main
from longwatch.config.running import is_begun, say_data_directory
from longwatch.core.environment import Environment


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory that nobody made."""
    for name in ("DATABASE_URL", "LONGWATCH_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("user add a@b.example --name A", 1), ("token add a@b.example --label L", 1), ("import a.json --source s", 1),
        ("ledger keys", 1), ("backup b", 1), ("web", 1), ("worker", 1), ("verify", 2), ("doctor", 1),
    ],
)  # fmt: skip
def test_commands_that_need_an_installation_make_none(
    words: str, status: int, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == status
    said = capsys.readouterr()
    assert f"There is no Longwatch in {nowhere} (as LONGWATCH_DATA says)" in said.out + said.err
    assert not nowhere.exists()


def test_the_default_directory_is_named_as_such(
    nowhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LONGWATCH_DATA")
    monkeypatch.chdir(tmp_path)
    assert main(["ledger", "keys"]) == 1
    assert f"There is no Longwatch in {tmp_path}/var (the default)" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_external_database_without_its_key_is_not_begun_either(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(["ledger", "keys"]) == 1
    assert not nowhere.exists()
    assert is_begun(Environment({"DATABASE_URL": "postgresql://x/y", "LONGWATCH_SECRET_KEY": "k"}))


def test_a_new_directory_is_said_to_be_new(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = Environment({"LONGWATCH_DATA": str(nowhere)})
    say_data_directory(environment)
    assert capsys.readouterr().out == (
        f"Data directory {nowhere}, which holds no installation yet: a new one is made there\n"
    )
    (nowhere / "postgres" / "data").mkdir(parents=True)
    say_data_directory(environment)
    assert capsys.readouterr().out == f"Data directory {nowhere}\n"
