# SPDX-License-Identifier: Apache-2.0
"""`longwatch demo`: everything up, with the demo story in an empty database."""

import argparse
import subprocess
import sys
from pathlib import Path

from longwatch.config.commands.up import keep_up, notes_file, say_where
from longwatch.config.supervision import command
from longwatch.core.environment import EMAIL_URL, Environment, current


def run(arguments: argparse.Namespace) -> int:
    """Start everything; load the story once the pages answer; say who can sign in."""
    environment = current()
    mail_folder(environment).mkdir(mode=0o700, parents=True, exist_ok=True)
    return keep_up(environment, tell)


def tell(environment: Environment) -> None:
    """Load the story when it is missing, then show accounts and token, which are kept for the next start."""
    notes = notes_file(environment)
    if not notes.exists() and subprocess.run(command("demo-load"), check=False).returncode:
        print("longwatch: the demo story could not be loaded; see above.", file=sys.stderr)
    if notes.exists():
        print(notes.read_text(encoding="utf-8"), end="")
    if not environment.text(EMAIL_URL):
        print(f"Mail is not sent, but kept in {mail_folder(environment)}", flush=True)
    say_where(environment)


def mail_folder(environment: Environment) -> Path:
    """Where the demo keeps the mail that nobody gets."""
    return environment.data / "mail"
