# SPDX-License-Identifier: Apache-2.0
import threading
from pathlib import Path

import pytest

from longwatch.core.environment import DEBUG, HOSTS, PORT, Environment, SettingError


class TestEnvironment:
    def test_an_empty_value_means_the_default(self) -> None:
        assert Environment({"LONGWATCH_PORT": " "}).number(PORT) == 8000

    @pytest.mark.parametrize("value", ["0", "-1", "x", "1.5"])
    def test_refuses_what_is_no_number(self, value: str) -> None:
        with pytest.raises(SettingError, match="LONGWATCH_PORT"):
            Environment({"LONGWATCH_PORT": value}).number(PORT)

    def test_refuses_an_unclear_switch(self) -> None:
        with pytest.raises(SettingError, match="0 or 1"):
            Environment({"LONGWATCH_DEBUG": "maybe"}).flag(DEBUG)

    def test_splits_names(self) -> None:
        assert Environment({"LONGWATCH_HOSTS": "a.example, b.example,"}).names(HOSTS) == ["a.example", "b.example"]


class TestSecretKey:
    def test_is_made_once_and_private(self, tmp_path: Path) -> None:
        variables = {"LONGWATCH_DATA": str(tmp_path / "new")}
        key = Environment(variables).secret_key
        assert Environment(variables).secret_key == key
        assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0

    def test_two_first_starters_agree(self, tmp_path: Path) -> None:
        found: list[str] = []
        look = lambda: found.append(Environment({"LONGWATCH_DATA": str(tmp_path)}).secret_key)  # noqa: E731
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(found)) == 1

    def test_the_variable_wins(self, tmp_path: Path) -> None:
        variables = {"LONGWATCH_DATA": str(tmp_path), "LONGWATCH_SECRET_KEY": "given"}
        assert Environment(variables).secret_key == "given"
        assert not (tmp_path / "secret_key").exists()
