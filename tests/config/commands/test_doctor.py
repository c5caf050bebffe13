# SPDX-License-Identifier: Apache-2.0
import re
from pathlib import Path

import pytest

from longwatch.config.cli import main
from longwatch.core.environment import SETTINGS

PACKAGE = Path(__file__).resolve().parents[3] / "longwatch"


class TestSettings:
    def test_lists_every_setting_with_its_meaning(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["doctor", "--settings"]) == 0
        said = capsys.readouterr().out
        assert all(f"{setting.name}=" in said and setting.help in said for setting in SETTINGS)

    def test_shows_no_secret(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_SECRET_KEY", "very-secret-key")
        main(["doctor", "--settings"])
        said = capsys.readouterr().out
        assert "very-secret-key" not in said
        assert "LONGWATCH_SECRET_KEY=(set)" in said

    def test_no_variable_is_read_that_is_not_in_the_table(self) -> None:
        named = {setting.name for setting in SETTINGS}
        used = {
            name for file in PACKAGE.rglob("*.py") for name in re.findall(r'"(LONGWATCH_[A-Z_]+)"', file.read_text())
        }
        assert used <= named
