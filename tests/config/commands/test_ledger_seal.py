# SPDX-License-Identifier: Apache-2.0
from argparse import Namespace
from typing import Any

import pytest

from longwatch.config.commands.ledger_seal import run
from longwatch.core.errors import Conflict
from longwatch.core.postgres.address import Address
from longwatch.ledger.proofs import latest_checkpoint
from tests.personas import make_cast


class TestLedgerSeal:
    def test_prints_the_checkpoint_over_all_entries(
        self, committed_db: Address, django_db_blocker: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with django_db_blocker.unblock():
            with pytest.raises(Conflict, match="no entry"):
                run(Namespace())
            make_cast()
            assert run(Namespace()) == 0
            last = latest_checkpoint()
        assert last is not None
        assert capsys.readouterr().out == last.note
