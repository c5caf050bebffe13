# SPDX-License-Identifier: Apache-2.0
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from longwatch.config.commands.ledger_keys import run
from longwatch.core.postgres.address import Address
from longwatch.ledger.proofs import keys
from longwatch.ledger.rotating import rotate
from longwatch.ledger.sealing import seal_now
from tests.personas import make_cast


class TestLedgerKeys:
    def test_prints_each_with_the_sizes_that_it_signs(
        self,
        committed_db: Address,
        django_db_blocker: Any,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))
        with django_db_blocker.unblock():
            make_cast()
            last = seal_now()
            rotate(bytes(32))
            assert run(Namespace()) == 0
            old, new = keys()
        assert last is not None
        assert capsys.readouterr().out.splitlines() == [
            f"{old.vkey}  signs from 1 to {last.size}",
            f"{new.vkey}  signs from {last.size + 1}",
        ]
