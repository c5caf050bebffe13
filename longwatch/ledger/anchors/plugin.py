# SPDX-License-Identifier: Apache-2.0
"""What an anchor is: something outside the database that keeps a checkpoint, and gives a receipt for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from longwatch.ledger.checkpoint import Checkpoint

Consistency = Callable[[int, int], list[bytes]]


class AnchorFailed(Exception):
    """A checkpoint could not be anchored; the words say why, in a form that may be shown."""


class RolledBack(AnchorFailed):
    """A witness has seen another history than the one we tell now: an alarm, not a disturbance."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an anchor gave back: raw bytes to be kept, and lines of witnesses for the checkpoint."""

    raw: bytes = b""
    cosignatures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One checkpoint to anchor: what was anchored there before, and how to prove that this one extends it."""

    checkpoint: Checkpoint
    vkeys: tuple[str, ...]
    last_size: int
    consistency: Consistency


@dataclass(frozen=True, slots=True)
class Anchor:
    """One configured anchor: its name, where it leads, how often it is used, and how it keeps a checkpoint."""

    name: str
    target: str
    keep: Callable[[Task], Receipt]
    every: timedelta = timedelta(0)
