# SPDX-License-Identifier: Apache-2.0
"""Sealing: entries get their places, and a signed checkpoint says so. Never signs what contradicts what it signed."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from longwatch.core.counting import counted
from longwatch.core.environment import Environment, current
from longwatch.core.errors import LongwatchError
from longwatch.core.keys import LEDGER, is_kept_in_file, load_key
from longwatch.ledger.checking import ProofRefused, check_consistency
from longwatch.ledger.checkpoint import Checkpoint, Tree, body, stored
from longwatch.ledger.connecting import Connection, as_sequencer
from longwatch.ledger.memory import memory_file, remember, remembered
from longwatch.ledger.nodes import NodeMissing, consistency, root_at
from longwatch.ledger.note import NoteRefused, Signer, sign
from longwatch.ledger.published import PublishedKey, check_chain, published_keys, tree_of
from longwatch.ledger.replacing import laid_ready, replace
from longwatch.ledger.sequencer import sequence, tree_size

# One signer of a database at a time.
LOCK, UNLOCK = (f"select pg_advisory_{word}(hashtext('longwatch.ledger.signer'))" for word in ("lock", "unlock"))
NEWEST = """
select c.size, c.note, c.at, array(select s.line from ledger_cosignature s where s.size = c.size order by s.at)
  from ledger_checkpoint c order by c.size desc limit 1
"""
KEEP = "select ledger_keep_checkpoint(%s, %s)"
FIRST_KEY = "insert into ledger_key (number, vkey, after_size, rotation) values (1, %s, 0, '')"


class SealingRefused(LongwatchError):
    """The ledger cannot be sealed any further before somebody has looked at it."""

    default_code = "sealing_refused"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a signer has at hand."""

    connection: Connection
    environment: Environment

    def rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement, as the sequencer."""
        return self.connection.execute(statement, values).fetchall()

    @contextmanager
    def signing(self) -> Iterator[None]:
        """While nobody else signs."""
        self.connection.execute(LOCK)
        try:
            yield
        finally:
            self.connection.execute(UNLOCK)

    @property
    def memory(self) -> Path:
        """The file with the last signed note."""
        return memory_file(self.environment)


def seal_now() -> Checkpoint | None:
    """Give all committed entries their places and return the checkpoint over them; None when there is no entry.

    Refuses to sign a tree that does not continue the last signed one, and with a key that is not the ledger's.
    """
    with desk() as own, own.signing():
        sequence(own.connection)
        return sealed(own)


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk of one's own."""
    with as_sequencer() as connection:
        yield Desk(connection, current())


def sealed(desk: Desk) -> Checkpoint | None:
    """The checkpoint over the tree as it is, signed now when there is none yet."""
    size = tree_size(desk.connection)
    keys = _keys(desk)
    last = _last(desk, keys, size)
    if not size:
        return None
    if last is None or last.size < size:
        signer = signer_of(desk, keys)
        keep(desk, size, sign(body(Tree(signer.verifier.name, size, root_at(desk.rows, size))), signer))
    ((size, note, at, cosignatures),) = desk.rows(NEWEST, ())
    return stored(size, note, at, cosignatures)


def keep(desk: Desk, size: int, note: str) -> None:
    """Store a note: first where the database's administrator cannot reach, then in the database."""
    remember(desk.memory, note)
    desk.connection.execute(KEEP, (size, note))


def signer_of(desk: Desk, keys: Sequence[PublishedKey]) -> Signer:
    """The signer with the ledger's present key; refuses another key than the published one."""
    name = keys[-1].verifier.name
    signer = Signer(name, load_key(LEDGER, desk.environment))
    if signer.verifier.vkey != keys[-1].vkey:
        # Published, and then we ended before the file was replaced.
        file = LEDGER.file(desk.environment)
        ready = laid_ready(file) if is_kept_in_file(LEDGER, desk.environment) else None
        if ready is not None and Signer(name, ready).verifier.vkey == keys[-1].vkey:
            replace(file, ready)
            return Signer(name, ready)
        raise SealingRefused(
            "The ledger is not sealed any more: its key is another one than the published one. "
            "Bring the old key back, or run longwatch ledger rotate-key before changing it."
        )
    return signer


def _keys(desk: Desk) -> list[PublishedKey]:
    """The published keys; the very first signing publishes the first one."""
    keys = published_keys(desk.rows)
    if not keys:
        if remembered(desk.memory) is not None:
            raise SealingRefused(
                "The ledger is not sealed: the database knows of no checkpoint, but one was signed here before. "
                f"It is in {desk.memory}; if this database is new, move that file away."
            )
        first = Signer(_new_origin(desk.environment), load_key(LEDGER, desk.environment))
        desk.connection.execute(FIRST_KEY, [first.verifier.vkey])
        keys = published_keys(desk.rows)
    _or_refuse(lambda: check_chain(keys))
    return keys


def _new_origin(environment: Environment) -> str:
    """A name for this ledger that stays when the address changes, and that no other installation has."""
    host = urlsplit(environment.base_url).hostname or "localhost"
    return f"{host}/ledger/{secrets.token_hex(4)}"


def _last(desk: Desk, keys: Sequence[PublishedKey], size: int) -> Tree | None:
    """The last signed tree, by the database and by our own memory; refuses when the tree does not continue it."""
    note = remembered(desk.memory)
    ours = _continued(desk, keys, size, note) if note is not None else None
    newest = desk.rows(NEWEST, ())
    if ours is not None and newest and newest[0][1] == note:
        return ours
    theirs = _continued(desk, keys, size, newest[0][1]) if newest else None
    if ours is None or note is None:
        return theirs
    if theirs is None or theirs.size < ours.size:
        # We ended between remembering and storing.
        desk.connection.execute(KEEP, (ours.size, note))
        return ours
    if not desk.rows("select 1 from ledger_checkpoint where size = %s and note = %s", (ours.size, note)):
        raise SealingRefused(f"The ledger is not sealed any more: checkpoint {ours.size} is not the one we signed.")
    return theirs


def _continued(desk: Desk, keys: Sequence[PublishedKey], size: int, note: str) -> Tree:
    """The tree of a note; refuses when it is not signed by us or today's tree does not continue it."""
    tree: Tree = _or_refuse(lambda: tree_of(note, keys))
    if size < tree.size:
        raise SealingRefused(
            "The ledger is not sealed any more: "
            f"a tree of {counted(tree.size, 'entries')} was signed, and {size:,} of them left."
        )
    _or_refuse(
        lambda: check_consistency(
            tree.size, size, consistency(desk.rows, tree.size, size), tree.root, root_at(desk.rows, size)
        )
    )
    return tree


def _or_refuse(check: Any) -> Any:
    try:
        return check()
    except (NoteRefused, ProofRefused) as error:
        raise SealingRefused(f"The ledger is not sealed any more: {error}.") from error
    except NodeMissing as error:
        raise SealingRefused("The ledger is not sealed any more: parts of its tree are missing.") from error
