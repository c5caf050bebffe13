# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from longwatch.core.environment import Environment
from longwatch.ledger.memory import memory_file, remember, remembered


class TestRemember:
    def test_keeps_the_last_note_only_and_leaves_nothing_else(self, tmp_path: Path) -> None:
        file = memory_file(Environment({"LONGWATCH_DATA": str(tmp_path)}))
        assert remembered(file) is None
        remember(file, "one \u2014\n")
        remember(file, "two \u2014\n")
        assert remembered(file) == "two \u2014\n"
        assert [each.name for each in file.parent.iterdir()] == ["last-signed"]
