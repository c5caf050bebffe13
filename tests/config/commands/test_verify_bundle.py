# SPDX-License-Identifier: Apache-2.0
"""The command that checks a bundle anywhere: no settings, no server, no database."""

import subprocess
import sys
from pathlib import Path

import pytest

from longwatch.config.cli import main
from longwatch.core.keys import EXPORT, load_key
from longwatch.core.postgres.address import Address
from longwatch.exchange.signing import SigningKey
from tests.exchange.material import a_full_case, exported, plain
from tests.exchange.unpacking import changed
from tests.personas import make_cast


@pytest.fixture
def bundle(committed_db: Address, tmp_path: Path, settings: object) -> Path:
    """A bundle of a case."""
    settings.EVIDENCE_DIRECTORY, settings.EXPORT_DIRECTORY = tmp_path / "evidence", tmp_path / "exports"  # type: ignore[attr-defined]
    cast = make_cast()
    return plain(exported(a_full_case(cast), cast))


def tampered(bag: Path) -> None:
    (bag / "data/exhibits/0001-letter.txt").write_text("Sorry.")


class TestRun:
    def test_says_that_all_holds_in_a_process_without_settings(self, bundle: Path) -> None:
        command = [sys.executable, "-m", "longwatch", "verify-bundle", str(bundle)]
        done = subprocess.run(command, env={}, cwd=bundle.parent, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Compare the keys named above before you rely on it." in done.stdout

    def test_is_sure_with_the_key_that_one_knows(self, bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
        public = SigningKey(load_key(EXPORT)).public
        policy = next(line.split()[1] for line in _policy(bundle).splitlines() if line.startswith("log "))
        assert main(["verify-bundle", str(bundle), "--key", public.fingerprint, "--ledger-key", policy]) == 0
        assert "was made with the keys you know" in capsys.readouterr().out

    def test_names_what_is_wrong(self, bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify-bundle", str(changed(bundle, tmp_path / "x.zip", tampered))]) == 1
        said = capsys.readouterr().out
        assert "data/exhibits/0001-letter.txt was changed" in said
        assert "Do not rely on this bundle" in said

    def test_refuses_what_is_no_bundle_and_keys_that_are_none(self, tmp_path: Path) -> None:
        (tmp_path / "x.zip").write_text("no zip")
        for words in (["x.zip"], ["gone.zip"], ["x.zip", "--key", "gone.pub"], ["x.zip", "--ledger-key", "no"]):
            assert main(["verify-bundle", str(tmp_path / words[0]), *words[1:]]) == 2


def _policy(bundle: Path) -> str:
    kept: list[str] = []
    changed(bundle, bundle.with_name("copy.zip"), lambda bag: kept.append((bag / "longwatch/policy").read_text()))
    return kept[0]
