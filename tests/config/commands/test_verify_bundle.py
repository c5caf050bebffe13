# SPDX-License-Identifier: Apache-2.0
from argparse import Namespace

import pytest

from longwatch.config.commands.verify_bundle import run


class TestRun:
    def test_is_no_success_and_says_why(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(Namespace(file="case.zip")) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert "come with a later release" in said.err
