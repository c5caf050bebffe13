# SPDX-License-Identifier: Apache-2.0
"""`longwatch evidence rotate-key`."""

import argparse
from pathlib import Path

import pytest

from longwatch.config.cli import parser
from longwatch.config.commands.evidence_rotate_key import run
from longwatch.evidence import keyring


class TestRun:
    def test_renews_the_master_key_and_says_what_happened(
        self, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))
        before = keyring.master_key()
        assert run(argparse.Namespace()) == 0
        assert keyring.master_key() != before
        assert "keys locked with the present master key" in capsys.readouterr().out

    def test_is_a_command(self) -> None:
        assert parser().parse_args(["evidence", "rotate-key"]).command == "evidence_rotate_key"
