# SPDX-License-Identifier: Apache-2.0
"""`longwatch ledger seal`: what the worker does every few seconds, now."""

import argparse

from longwatch.core.errors import Conflict
from longwatch.ledger.sealing import seal_now


def run(arguments: argparse.Namespace) -> int:
    """Print the checkpoint over all entries; refuses while there is none, and when the ledger cannot be sealed."""
    checkpoint = seal_now()
    if checkpoint is None:
        raise Conflict("The ledger has no entry yet.")
    print(checkpoint.note, end="")
    return 0
