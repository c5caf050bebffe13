# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys

import pytest

from longwatch.access.roles import Role
from longwatch.config.cli import main, parser
from longwatch.version import VERSION


class TestMain:
    def test_help_loads_no_django(self) -> None:
        words = "import sys; from longwatch.config.cli import parser; parser(); print('django' in sys.modules)"
        said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
        assert said.stdout.strip() == "False"

    def test_runs_as_a_module(self) -> None:
        said = subprocess.run(
            [sys.executable, "-m", "longwatch", "--version"], capture_output=True, text=True, check=True
        )
        assert said.stdout.strip() == f"longwatch {VERSION}"

    def test_a_refusal_is_one_sentence_and_status_1(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_PORT", "many")
        assert main(["web"]) == 1
        assert "LONGWATCH_PORT is not usable" in capsys.readouterr().err

    def test_ends_quietly_when_whoever_reads_has_enough(self) -> None:
        words = [sys.executable, "-m", "longwatch", "doctor", "--settings"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
            assert started.stdout is not None
            assert started.stderr is not None
            started.stdout.close()
            assert started.stderr.read() == ""
        assert started.returncode == 141

    def test_says_which_bundle_it_could_not_check(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify-bundle", "some.zip"]) == 2
        assert "some.zip cannot be read" in capsys.readouterr().err

    @pytest.mark.parametrize(
        "words",
        ["up", "web", "worker", "demo", "migrate", "verify", "doctor", "doctor --settings", "backup f", "restore f",
         "verify-bundle f", "user add a@b.example --name A", "token add a@b.example --label L"],
    )  # fmt: skip
    def test_the_promised_commands_exist(self, words: str) -> None:
        assert parser().parse_args(words.split()).module

    def test_help_names_every_role(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["user", "add", "--help"])
        said = capsys.readouterr().out
        assert [role for role in Role if role not in said] == []
