# SPDX-License-Identifier: Apache-2.0
"""`longwatch verify-bundle`: reserved."""

import argparse
import sys

NOT_AVAILABLE = 2


def run(arguments: argparse.Namespace) -> int:
    """Say that this version makes no bundles; exit status 2, so that no script takes it for a success."""
    print("Bundles come with a later release; this version can neither make nor check one.", file=sys.stderr)
    return NOT_AVAILABLE
