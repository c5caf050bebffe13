# SPDX-License-Identifier: Apache-2.0
"""`longwatch ledger rotate-key`: a new key, named by the old one."""

import argparse
import secrets
from pathlib import Path

from longwatch.core.environment import current
from longwatch.core.errors import Invalid
from longwatch.core.keys import KEY_BYTES, LEDGER, is_kept_in_file, read_key
from longwatch.ledger.rotating import rotate


def run(arguments: argparse.Namespace) -> int:
    """Rotate, and say what is left to do; refuses to make a key where it could not keep it."""
    kept = is_kept_in_file(LEDGER, current())
    if not arguments.new_key and not kept:
        raise Invalid("The key comes from a setting: write a new one into a private file and name it with --new-key.")
    seed = read_key(Path(arguments.new_key)) if arguments.new_key else secrets.token_bytes(KEY_BYTES)
    print(f"The ledger is sealed with this key from now on:\n{rotate(seed).vkey}")
    if not kept:
        print(f"Change {LEDGER.value.name} or {LEDGER.command.name} now: nothing is sealed until then.")
    print("Give the new verifier key to whoever checks checkpoints; longwatch ledger keys prints all of them.")
    return 0
