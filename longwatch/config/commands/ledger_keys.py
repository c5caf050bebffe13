# SPDX-License-Identifier: Apache-2.0
"""`longwatch ledger keys`: what others need to check checkpoints."""

import argparse

from longwatch.ledger.proofs import keys


def run(arguments: argparse.Namespace) -> int:
    """Print each verifier key with the sizes that it signs."""
    for key in keys():
        until = "" if key.until_size is None else f" to {key.until_size}"
        print(f"{key.vkey}  signs from {key.after_size + 1}{until}")
    return 0
