# SPDX-License-Identifier: Apache-2.0
"""A new key for the ledger: the old one signs a last checkpoint and a note that names the new one."""

from longwatch.core.keys import LEDGER, is_kept_in_file
from longwatch.ledger import replacing
from longwatch.ledger.checkpoint import read_body
from longwatch.ledger.note import Signer, parse, sign
from longwatch.ledger.published import PublishedKey, published_keys, rotation_text
from longwatch.ledger.sealing import Desk, SealingRefused, desk, sealed, signer_of
from longwatch.ledger.sequencer import sequence

NEXT_KEY = "insert into ledger_key (number, vkey, after_size, rotation) values (%s, %s, %s, %s)"


def rotate(new_seed: bytes) -> PublishedKey:
    """Publish a new key, named by the present one and proven to be ours; the new one signs from here on.

    Refuses while nothing is sealed yet, and when the ledger cannot be sealed. A key that we keep in a file is
    replaced; one from a setting the operator must replace now.
    """
    with desk() as own, own.signing():
        sequence(own.connection)
        if sealed(own) is None:
            raise SealingRefused("There is nothing to follow on: the ledger has no entry yet.")
        _publish(own, new_seed)
        if is_kept_in_file(LEDGER, own.environment):
            replacing.replace(LEDGER.file(own.environment), new_seed)
        return published_keys(own.rows)[-1]


def _publish(own: Desk, new_seed: bytes) -> None:
    keys = published_keys(own.rows)
    old = signer_of(own, keys)
    new = Signer(old.verifier.name, new_seed)
    if new.verifier == old.verifier:
        raise SealingRefused("This is the present key: a new one must be another.")
    ((note,),) = own.rows("select note from ledger_checkpoint order by size desc limit 1", ())
    tree = read_body(parse(note).text)
    rotation = sign(rotation_text(tree, new.verifier), old, new)
    if is_kept_in_file(LEDGER, own.environment):
        replacing.lay_ready(LEDGER.file(own.environment), new_seed)
    own.connection.execute(NEXT_KEY, (keys[-1].number + 1, new.verifier.vkey, tree.size, rotation))
