# SPDX-License-Identifier: Apache-2.0
"""Anchoring what is not anchored yet, and remembering what came of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from longwatch.core import clock
from longwatch.core.environment import Environment, current
from longwatch.ledger import proofs
from longwatch.ledger.anchors import timestamp
from longwatch.ledger.anchors.configured import TIMESTAMP, anchors
from longwatch.ledger.anchors.plugin import Anchor, AnchorFailed, Receipt, RolledBack, Task
from longwatch.ledger.checkpoint import Checkpoint
from longwatch.ledger.connecting import as_sequencer

LAST = "select coalesce(max(size), 0), max(at) from ledger_anchor where anchor = %s and target = %s and ok"
NEWEST = (
    "select ok, at, detail, alarm, size from ledger_anchor where anchor = %s and target = %s order by id desc limit 1"
)
RECEIVE = """
insert into ledger_anchor (size, anchor, target, ok, detail, alarm, receipt) values (%s, %s, %s, %s, %s, %s, %s)
"""
STAMPS = "select receipt from ledger_anchor where anchor = %s and size = %s and ok order by id desc"
COSIGN = "insert into ledger_cosignature (size, line) values (%s, %s) on conflict do nothing"
LONGEST_DETAIL = 500
# The same failure again within this is not noted again: the table would only grow.
SAME_FAILURE_SECONDS = 900
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AnchorState:
    """What is known of one anchor: what it kept last and when, and what stands in its way now."""

    name: str
    target: str
    size: int
    at: datetime | None
    failure: str
    alarm: bool
    failed_at: datetime | None

    @property
    def ok(self) -> bool:
        """Whether the last attempt went well."""
        return not self.failure


def keep_newest(environment: Environment | None = None) -> int:
    """Anchor the newest checkpoint wherever it is not anchored yet; returns how many anchors took it."""
    newest = proofs.latest_checkpoint()
    if newest is None:
        return 0
    published = proofs.keys()
    vkeys = tuple(key.vkey for key in published)
    return sum(_keep(anchor, newest, vkeys) for anchor in anchors(environment or current()))


def stamp_of(checkpoint: Checkpoint, environment: Environment | None = None) -> bytes:
    """The time-stamp over just this checkpoint: the one that was kept, or a new one; empty without an authority.

    What keeps the authority from answering is noted like any failure, and refuses nothing.
    """
    anchor = next((each for each in anchors(environment or current()) if each.name == TIMESTAMP), None)
    if anchor is None:
        return b""
    note = checkpoint.note.encode()
    for (receipt,) in _rows(STAMPS, [anchor.name, checkpoint.size]):
        # Lines of witnesses that came later make another note of the same checkpoint.
        if timestamp.is_over(bytes(receipt), note):
            return bytes(receipt)
    try:
        fresh = anchor.keep(Task(checkpoint, (), 0, proofs.consistency))
    except AnchorFailed as failure:
        _note_failure(anchor, checkpoint, failure)
        return b""
    _note_success(anchor, checkpoint, fresh)
    return fresh.raw


def states(environment: Environment | None = None) -> list[AnchorState]:
    """Every configured anchor with its last success and its present failure."""
    return [_state(anchor) for anchor in anchors(environment or current())]


def _state(anchor: Anchor) -> AnchorState:
    size, at = _rows(LAST, [anchor.name, anchor.target])[0]
    newest = _rows(NEWEST, [anchor.name, anchor.target])
    if not newest or newest[0][0]:
        return AnchorState(anchor.name, anchor.target, size, at, "", False, None)
    _, failed_at, detail, alarm, _ = newest[0]
    return AnchorState(anchor.name, anchor.target, size, at, detail, alarm, failed_at)


def _keep(anchor: Anchor, newest: Checkpoint, vkeys: tuple[str, ...]) -> bool:
    size, at = _rows(LAST, [anchor.name, anchor.target])[0]
    if size >= newest.size or (at is not None and clock.now() - at < anchor.every):
        return False
    try:
        receipt = anchor.keep(Task(newest, vkeys, size, proofs.consistency))
    except AnchorFailed as failure:
        _note_failure(anchor, newest, failure)
        return False
    _note_success(anchor, newest, receipt)
    return True


def _note_success(anchor: Anchor, newest: Checkpoint, receipt: Receipt) -> None:
    _run(RECEIVE, [newest.size, anchor.name, anchor.target, True, "", False, receipt.raw])
    if receipt.cosignatures:
        with as_sequencer() as sequencer:
            for line in receipt.cosignatures:
                sequencer.execute(COSIGN, (newest.size, line))


def _note_failure(anchor: Anchor, newest: Checkpoint, failure: AnchorFailed) -> None:
    detail = str(failure)[:LONGEST_DETAIL]
    log.error("Checkpoint %s is not anchored (%s): %s", newest.size, anchor.name, detail)
    last = _rows(NEWEST, [anchor.name, anchor.target])
    if last and not last[0][0] and last[0][2] == detail:
        age = (clock.now() - last[0][1]).total_seconds()
        if age < SAME_FAILURE_SECONDS:
            return
    alarm = isinstance(failure, RolledBack)
    _run(RECEIVE, [newest.size, anchor.name, anchor.target, False, detail, alarm, b""])


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _run(statement: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
