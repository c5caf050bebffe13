# SPDX-License-Identifier: Apache-2.0
import base64
import threading
from pathlib import Path

import pytest

from longwatch.core.environment import Environment, SettingError
from longwatch.core.keys import EVIDENCE, LEDGER, KeyUnusable, load_key

GIVEN = bytes(range(32))
TEXT = base64.b64encode(GIVEN).decode()


def settings(folder: Path, **variables: str) -> Environment:
    return Environment({"LONGWATCH_DATA": str(folder), **variables})


class TestLoadKey:
    def test_the_variable_wins(self, tmp_path: Path) -> None:
        environment = settings(tmp_path, LONGWATCH_LEDGER_KEY=TEXT, LONGWATCH_LEDGER_KEY_COMMAND="false")
        assert load_key(LEDGER, environment) == GIVEN
        assert not (tmp_path / "keys").exists()

    def test_the_command_comes_before_the_file(self, tmp_path: Path) -> None:
        assert load_key(LEDGER, settings(tmp_path, LONGWATCH_LEDGER_KEY_COMMAND=f"echo {TEXT}")) == GIVEN
        assert not (tmp_path / "keys").exists()

    def test_is_made_once_in_a_private_file(self, tmp_path: Path) -> None:
        made = load_key(LEDGER, settings(tmp_path))
        assert len(made) == 32
        assert load_key(LEDGER, settings(tmp_path)) == made
        assert (tmp_path / "keys" / "ledger").stat().st_mode & 0o777 == 0o600

    def test_each_use_has_its_own(self, tmp_path: Path) -> None:
        assert load_key(LEDGER, settings(tmp_path)) != load_key(EVIDENCE, settings(tmp_path))

    def test_several_first_starters_agree(self, tmp_path: Path) -> None:
        found: list[bytes] = []
        starters = [
            threading.Thread(target=lambda: found.append(load_key(LEDGER, settings(tmp_path)))) for _ in range(8)
        ]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()
        assert len(found) == 8
        assert len(set(found)) == 1
        assert [file.name for file in (tmp_path / "keys").iterdir()] == ["ledger"]

    def test_refuses_a_file_that_others_can_read(self, tmp_path: Path) -> None:
        load_key(LEDGER, settings(tmp_path))
        (tmp_path / "keys" / "ledger").chmod(0o640)
        with pytest.raises(KeyUnusable, match="Others can read"):
            load_key(LEDGER, settings(tmp_path))

    def test_refuses_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys" / "ledger").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "elsewhere").write_text(TEXT)
        with pytest.raises(KeyUnusable):
            load_key(LEDGER, settings(tmp_path))

    @pytest.mark.parametrize("value", ["x", TEXT[:-8], TEXT + "AAAA", "é" * 44])
    def test_refuses_what_is_no_key_and_does_not_repeat_it(self, tmp_path: Path, value: str) -> None:
        with pytest.raises(SettingError, match="LONGWATCH_LEDGER_KEY") as refused:
            load_key(LEDGER, settings(tmp_path, LONGWATCH_LEDGER_KEY=value))
        assert value not in refused.value.sentence

    @pytest.mark.parametrize("command", ["false", "/no/such/program", "'"])
    def test_refuses_a_command_that_fails(self, tmp_path: Path, command: str) -> None:
        with pytest.raises(KeyUnusable, match="LONGWATCH_LEDGER_KEY_COMMAND"):
            load_key(LEDGER, settings(tmp_path, LONGWATCH_LEDGER_KEY_COMMAND=command))
