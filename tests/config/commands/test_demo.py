# SPDX-License-Identifier: Apache-2.0
"""What `longwatch demo` says once the pages answer."""

from pathlib import Path

import pytest

from longwatch.config.commands.demo import tell
from longwatch.config.commands.up import notes_file
from longwatch.core.environment import Environment, current


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    return Environment({**current().variables, "LONGWATCH_DATA": str(tmp_path)})


class TestTell:
    """tell"""

    def test_shows_the_accounts_of_a_story_that_was_loaded_before(
        self, place: Environment, capsys: pytest.CaptureFixture[str]
    ) -> None:
        notes_file(place).write_text("ana@halden.test  a passphrase\n", encoding="utf-8")
        tell(place)
        said = capsys.readouterr()
        assert said.out.startswith("ana@halden.test  a passphrase\n")
        assert "Longwatch is ready on" in said.out
        assert said.err == ""
