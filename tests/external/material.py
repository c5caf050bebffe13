# SPDX-License-Identifier: Apache-2.0
"""Checkpoints and proofs of a real database, honest and tampered with, as cases for verifiers that others wrote."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from longwatch.access.context import acting_as
from longwatch.core.keys import LEDGER, load_key
from longwatch.ledger.checkpoint import Checkpoint, body, read_body
from longwatch.ledger.note import Signer, parse, sign
from longwatch.ledger.proofs import Proof, consistency, inclusion, keys
from longwatch.ledger.sealing import seal_now
from tests.ledger.entries import note_down
from tests.personas import Cast

GROWTH = (1, 6, 11, 20, 33)


@dataclass(frozen=True)
class Case:
    """One question to a verifier, and the answer that is right."""

    name: str
    kind: str
    vkey: str
    note: str
    right: str = "ok"
    old: str = ""
    index: int = 0
    leaf: str = ""
    hashes: tuple[str, ...] = ()


def cases(cast: Cast) -> list[Case]:
    """Of a ledger that grew several times."""
    found = [_sealed(cast, count) for count in GROWTH]
    (key,) = keys()
    last = found[-1]
    with acting_as(cast.auditor):
        proofs = inclusion(range(1, 100_000), last.size)
    honest = [*_inclusions(key.vkey, last, proofs), *_growths(key.vkey, found)]
    return [*honest, *_tampered(honest), *_forged(honest[0], last)]


def write(file: Path, found: Sequence[Case]) -> None:
    """For the programs in tools/verify."""
    file.write_text(json.dumps([asdict(each) for each in found]), encoding="utf-8")


def _sealed(cast: Cast, count: int) -> Checkpoint:
    note_down(cast.auditor, count)
    checkpoint = seal_now()
    assert checkpoint is not None
    return checkpoint


def _encoded(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(base64.b64encode(each).decode() for each in hashes)


def _inclusions(vkey: str, last: Checkpoint, proofs: Sequence[Proof]) -> Iterator[Case]:
    for proof in proofs[:: max(1, len(proofs) // 12)]:
        leaf = base64.b64encode(proof.leaf).decode()
        yield Case(
            f"inclusion-{proof.index}", "inclusion", vkey, last.note, index=proof.index, leaf=leaf,
            hashes=_encoded(proof.hashes),
        )  # fmt: skip


def _growths(vkey: str, found: Sequence[Checkpoint]) -> Iterator[Case]:
    for place, new in enumerate(found):
        for old in found[:place]:
            hashes = _encoded(consistency(old.size, new.size))
            yield Case(
                f"growth-{old.size}-{new.size}", "consistency", vkey, new.note, old=old.note, hashes=hashes
            )  # fmt: skip


def _tampered(honest: Sequence[Case]) -> Iterator[Case]:
    for case in honest:
        no = replace(case, right="rejected")
        name, first = case.name, case.hashes[0]
        yield replace(no, name=f"{name}-hash", hashes=(_flipped(first), *case.hashes[1:]))
        yield replace(no, name=f"{name}-short", hashes=case.hashes[:-1])
        yield replace(no, name=f"{name}-long", hashes=(*case.hashes, first))
        if case.kind == "inclusion":
            yield replace(no, name=f"{name}-leaf", leaf=_flipped(case.leaf))
            yield replace(no, name=f"{name}-index", index=case.index ^ 1)
        else:
            yield replace(no, name=f"{name}-turned", note=case.old, old=case.note)


def _forged(honest: Case, last: Checkpoint) -> Iterator[Case]:
    """Notes that the ledger's key never signed; no proof is needed to see it."""
    case = replace(honest, kind="signature", right="rejected")
    text = parse(last.note).text
    yield replace(case, name="signed", right="ok")
    yield replace(case, name="size-changed", note=last.note.replace(f"\n{last.size}\n", f"\n{last.size + 1}\n"))
    yield replace(case, name="signed-by-another", note=sign(text, Signer(last.origin, bytes(32))))
    liar = Signer(last.origin, load_key(LEDGER))
    other = body(replace(read_body(text), root=bytes(32)))
    yield replace(case, name="another-root-under-the-same-signature", note=other + "\n" + liar.line(text))


def _flipped(encoded: str) -> str:
    raw = bytearray(base64.b64decode(encoded))
    raw[5] ^= 1
    return base64.b64encode(bytes(raw)).decode()
