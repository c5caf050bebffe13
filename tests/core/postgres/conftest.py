# SPDX-License-Identifier: Apache-2.0
"""Real servers in directories of their own."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longwatch.core.environment import Environment
from longwatch.core.postgres.server import EmbeddedServer, embedded_server

OVERRIDE = {"LONGWATCH_PG_BIN": os.environ.get("LONGWATCH_PG_BIN", "")}
ServerMaker = Callable[[Path], EmbeddedServer]


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory everybody may enter, unlike pytest's own: the server's account must get there."""
    folder = Path(tempfile.mkdtemp(prefix="lw-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_server() -> Iterator[ServerMaker]:
    """Servers that are stopped at the end of the test."""
    made: list[EmbeddedServer] = []

    def make(data: Path) -> EmbeddedServer:
        made.append(embedded_server(environment_of(data)))
        return made[-1]

    yield make
    for server in made:
        server.stop()


def environment_of(data: Path) -> Environment:
    return Environment({"LONGWATCH_DATA": str(data), "LONGWATCH_SECRET_KEY": "k" * 40, **OVERRIDE})
