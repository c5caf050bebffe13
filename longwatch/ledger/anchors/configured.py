# SPDX-License-Identifier: Apache-2.0
"""The anchors of this installation: a file always, others as the operator set them."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from longwatch.core import environment as settings
from longwatch.core.deferred import deferred
from longwatch.core.environment import Environment
from longwatch.ledger.anchors import file, git, mail, timestamp, witness
from longwatch.ledger.anchors.http import host
from longwatch.ledger.anchors.plugin import Anchor

if TYPE_CHECKING:
    from longwatch.ledger.anchors import s3
else:
    s3 = deferred("longwatch.ledger.anchors.s3")

FOLDER, NAME = "anchors", "checkpoints"
TIMESTAMP = "timestamp"
# An authority and a reader of mail are asked less often than checkpoints are made.
STAMPS, LETTERS = timedelta(minutes=10), timedelta(hours=24)


def anchors(environment: Environment) -> list[Anchor]:
    """Each configured anchor."""
    place = anchor_file(environment)
    found = [Anchor("file", str(place), partial(file.keep, place))]
    if url := environment.text(settings.ANCHOR_S3):
        found.append(Anchor("s3", f"s3://{host(url)}", partial(s3.keep, url)))
    if url := environment.text(settings.ANCHOR_TSA):
        found.append(Anchor(TIMESTAMP, host(url), partial(timestamp.keep, url, authorities(environment)), STAMPS))
    if url := environment.text(settings.ANCHOR_WITNESS):
        found.append(Anchor("witness", host(url), partial(witness.keep, url)))
    if path := environment.text(settings.ANCHOR_GIT):
        found.append(Anchor("git", path, partial(git.keep, Path(path))))
    if names := environment.names(settings.ANCHOR_EMAIL):
        found.append(Anchor("mail", ", ".join(names), partial(mail.keep, names), LETTERS))
    return found


def anchor_file(environment: Environment) -> Path:
    """The file that every checkpoint is appended to."""
    chosen = environment.text(settings.ANCHOR_FILE)
    return Path(chosen).expanduser().resolve() if chosen else environment.data / FOLDER / NAME


def authorities(environment: Environment) -> Path | None:
    """The certificates that time-stamps are checked against, when the operator named them."""
    chosen = environment.text(settings.ANCHOR_TSA_CA)
    return Path(chosen).expanduser() if chosen else None
