# SPDX-License-Identifier: Apache-2.0
"""`longwatch canary`"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.config.cli import parser
from longwatch.config.commands.canary import run
from longwatch.config.stages import STAGES
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.postgres.address import Address
from longwatch.intake.settling import Settler
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def settler(town: Cast) -> Iterator[None]:
    working = Settler(STAGES, look_seconds=0.05)
    working.start()
    yield
    working.stop()


def canary(town: Cast, *more: str) -> int:
    return run(parser().parse_args(["canary", *more, "--as", town.accounts["supervisor"].email]))


@pytest.mark.usefixtures("settler")
def test_it_says_when_each_step_had_it(town: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert canary(town, make_source(town).slug) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told[:4]] == ["sent", "stored", "settled", "seen"]
    assert told[-1] == "It came all the way."


def test_it_refuses_a_source_that_there_is_not(town: Cast) -> None:
    with pytest.raises(NotFound):
        canary(town, "nowhere")


def test_it_says_when_the_front_door_cannot_be_reached(town: Cast, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("x")
    with pytest.raises(Invalid, match="cannot be reached"):
        canary(town, make_source(town).slug, "--token-file", str(file), "--url", "http://127.0.0.1:9")
