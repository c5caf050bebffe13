# SPDX-License-Identifier: Apache-2.0
"""A witness (c2sp.org/tlog-witness): it checks that we only ever append, and signs what it has seen."""

import base64

from longwatch.ledger.anchors.http import host, post
from longwatch.ledger.anchors.plugin import AnchorFailed, Receipt, RolledBack, Task
from longwatch.ledger.note import SIGNED

OK, CONFLICT = 200, 409
MOST_PROOF_LINES = 63


def keep(url: str, task: Task) -> Receipt:
    """Ask for a cosignature; a witness that remembers a larger or other tree makes an alarm (409, 422)."""
    status, said = _ask(url, task, task.last_size)
    if status == CONFLICT and (remembered := _size(said)) is not None:
        if remembered > task.checkpoint.size:
            raise RolledBack(
                f"The witness {host(url)} has seen {remembered} entries, and we tell it of {task.checkpoint.size}: "
                "the ledger was rolled back."
            )
        status, said = _ask(url, task, remembered)
    if status in {CONFLICT, 422}:
        raise RolledBack(f"The witness {host(url)} refuses the checkpoint: it has seen another history.")
    if status != OK:
        raise AnchorFailed(f"The witness {host(url)} answers with status {status}.")
    lines = tuple(f"{line}\n" for line in said.decode("utf-8", "replace").split("\n") if line.startswith(SIGNED))
    if not lines:
        raise AnchorFailed(f"The witness {host(url)} answers without a signature.")
    return Receipt(said, lines)


def _ask(url: str, task: Task, old: int) -> tuple[int, bytes]:
    proof = task.consistency(old, task.checkpoint.size) if 0 < old < task.checkpoint.size else []
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof[:MOST_PROOF_LINES]), "", ""]
    body = "\n".join(lines) + _own(task.checkpoint.note)
    return post(url.rstrip("/") + "/add-checkpoint", body.encode(), {"Content-Type": "text/plain"})


def _own(note: str) -> str:
    """The note with our own signatures only: a witness signs the text, not what others signed."""
    text, gap, lines = note.rpartition("\n\n")
    origin = text.split("\n", 1)[0]
    own = [line for line in lines.splitlines(keepends=True) if line.startswith(f"{SIGNED}{origin} ")]
    return text + gap + "".join(own)


def _size(said: bytes) -> int | None:
    text = said.decode("ascii", "replace").strip()
    return int(text) if text.isdecimal() else None
