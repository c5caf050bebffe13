# SPDX-License-Identifier: Apache-2.0
"""`longwatch evidence rotate-key`: the keys of evidence, locked anew by another master key."""

import argparse

from longwatch.evidence.keyring import renew_kept_master
from longwatch.evidence.services.rewrapping import rewrap_all


def run(arguments: argparse.Namespace) -> int:
    """Renew a master key that we keep ourselves; lock every key with the present one; say how many."""
    renewed = renew_kept_master()
    print(f"{rewrap_all()} keys locked with the present master key.")
    if renewed:
        print("The old one stays beside it in the keys folder: backups made until now need it.")
    else:
        print("LONGWATCH_EVIDENCE_OLD_KEYS is no longer needed here; backups made until now need the old key.")
    return 0
