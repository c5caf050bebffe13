# SPDX-License-Identifier: Apache-2.0
import base64
from pathlib import Path

import pytest

from longwatch.core.postgres.address import Address
from tests.config.commands.test_restore import longwatch
from tests.fixtures.server import server_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def variables(committed_db: Address, tmp_path: Path) -> dict[str, str]:
    return {**server_environment(committed_db, 1), "LONGWATCH_DATA": str(tmp_path / "data")}


class TestLedger:
    def test_is_sealed_and_gets_a_new_key(self, variables: dict[str, str], tmp_path: Path) -> None:
        refused = longwatch(variables, "ledger", "seal")
        assert (refused.returncode, "no entry yet" in refused.stderr) == (1, True)
        assert longwatch(variables, "user", "add", "ada@example.org", "--name", "Ada").returncode == 0
        sealed = longwatch(variables, "ledger", "seal")
        assert sealed.returncode == 0, sealed.stderr
        assert "\n\n\u2014 " in sealed.stdout
        rotated = longwatch(variables, "ledger", "rotate-key")
        assert rotated.returncode == 0, rotated.stderr
        keys = longwatch(variables, "ledger", "keys").stdout.splitlines()
        assert len(keys) == 2
        assert keys[1].partition("  ")[0] in rotated.stdout

    def test_a_key_from_a_setting_is_not_made_here(self, variables: dict[str, str], tmp_path: Path) -> None:
        variables["LONGWATCH_LEDGER_KEY"] = base64.b64encode(bytes(32)).decode()
        refused = longwatch(variables, "ledger", "rotate-key")
        assert (refused.returncode, "--new-key" in refused.stderr) == (1, True)
