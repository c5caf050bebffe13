# SPDX-License-Identifier: Apache-2.0
"""`longwatch demo-load`: writes the demo story into an empty database; started by `longwatch demo`."""

import argparse
import os

from longwatch.access.models import Organisation
from longwatch.config import demo
from longwatch.config.commands.up import notes_file
from longwatch.core.environment import current


def run(arguments: argparse.Namespace) -> int:
    """Load the story and keep its accounts and token in a private file; leave a database with content alone."""
    if Organisation.objects.exists():
        print("The database has content already; the demo story is not loaded.")
        return 0
    _keep(demo.load())
    return 0


def _keep(lines: list[str]) -> None:
    file = notes_file(current())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
