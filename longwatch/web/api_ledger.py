# SPDX-License-Identifier: Apache-2.0
"""The API of the ledger's checkpoints and proofs."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from longwatch.access.roles import Permission
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.core.paging import decode_cursor, page_of
from longwatch.ledger import proofs
from longwatch.ledger.checkpoint import Checkpoint
from longwatch.ledger.published import PublishedKey
from longwatch.ledger.selectors import entry_exists
from longwatch.web.conditional import api_actor

router = Router(tags=["Ledger"])
PAGE = 50
LARGEST = 2**62
READS = (Permission.LEDGER_READ, Permission.SIGNAL_READ, Permission.INCIDENT_READ, Permission.CASE_READ)
NOT_YET = "Nothing is sealed yet: ask again in a few seconds."


class CheckpointOut(Schema):
    """How large the tree was and what its root was, as signed."""

    origin: str
    size: int
    root: str = Field(description="Base64.")
    at: datetime
    note: str = Field(description="The signed note (c2sp.org/tlog-checkpoint), with the lines of its witnesses.")


class CheckpointPage(Schema):
    """Checkpoints, newest first."""

    items: list[CheckpointOut]
    next_cursor: str | None


class InclusionOut(Schema):
    """That an entry is in the tree."""

    entry_id: int
    index: int
    size: int
    leaf: str = Field(description="The bytes of the leaf: canonical JSON.")
    hashes: list[str] = Field(description="Base64, from below.")
    proof: str = Field(description="The same as one file with its checkpoint (c2sp.org/tlog-proof).")


class ConsistencyOut(Schema):
    """That the tree of the new size begins with that of the old."""

    old: int
    new: int
    hashes: list[str] = Field(description="Base64.")


class LedgerKeyOut(Schema):
    """A verifier key; it signs checkpoints of more than `after_size` entries, until the next one does."""

    number: int
    vkey: str
    after_size: int
    until_size: int | None
    rotation: str = Field(description="The note in which the key before it names it; empty for the first.")
    at: datetime


@router.get("/ledger/keys", response=list[LedgerKeyOut], summary="Verifier keys")
def key_list(request: HttpRequest) -> Sequence[PublishedKey]:
    """All keys that checkpoints are signed with, oldest first. They are public."""
    api_actor(request)
    return proofs.keys()


@router.get("/ledger/checkpoint", response=CheckpointOut, summary="The newest checkpoint")
def newest_checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The newest checkpoint; 409 before the first."""
    api_actor(request, Permission.LEDGER_READ)
    return _shown(_newest())


@router.get("/ledger/checkpoints", response=CheckpointPage, summary="Checkpoints")
def checkpoint_list(request: HttpRequest, cursor: str | None = None) -> dict[str, Any]:
    """All checkpoints, newest first."""
    api_actor(request, Permission.LEDGER_READ)
    found = proofs.checkpoints(below=_below(cursor), limit=PAGE + 1)
    page = page_of(found, PAGE, lambda row: [row.size], first=cursor is None)
    return {"items": [_shown(row) for row in page.rows], "next_cursor": page.next_cursor}


@router.get("/ledger/entries/{int:entry_id}/inclusion", response=InclusionOut, summary="Prove an entry")
def inclusion(request: HttpRequest, entry_id: int) -> dict[str, Any]:
    """The proof that an entry which the caller may read is in the newest checkpoint; 409 until it is sealed."""
    actor = api_actor(request)
    if not any(actor.may(each) for each in READS) or not entry_exists(actor.org_id, entry_id):
        raise NotFound
    checkpoint = _newest()
    for proof in proofs.inclusion([entry_id], checkpoint.size):
        return {
            "entry_id": entry_id, "index": proof.index, "size": checkpoint.size, "leaf": proof.leaf.decode(),
            "hashes": _encoded(proof.hashes), "proof": proofs.proof_text(proof, checkpoint),
        }  # fmt: skip
    raise Conflict(NOT_YET, code="not_sealed_yet")


@router.get("/ledger/consistency", response=ConsistencyOut, summary="Prove that the ledger only grew")
def consistency(request: HttpRequest, old: int, new: int) -> dict[str, Any]:
    """The proof between two sizes, of checkpoints or others; 404 for a tree that large there is not."""
    api_actor(request, Permission.LEDGER_READ)
    if max(old, new) > LARGEST:
        raise NotFound("The tree is not that large.")
    return {"old": old, "new": new, "hashes": _encoded(proofs.consistency(old, new))}


def _newest() -> Checkpoint:
    found = proofs.latest_checkpoint()
    if found is None:
        raise Conflict(NOT_YET, code="not_sealed_yet")
    return found


def _shown(row: Checkpoint) -> dict[str, Any]:
    root = base64.b64encode(row.root).decode()
    return {"origin": row.origin, "size": row.size, "root": root, "at": row.at, "note": row.note}


def _encoded(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]


def _below(cursor: str | None) -> int | None:
    if not cursor:
        return None
    (value,) = decode_cursor(cursor, 1)
    if not isinstance(value, int) or abs(value) > LARGEST:
        raise Invalid("The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."})
    return value
