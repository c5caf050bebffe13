# SPDX-License-Identifier: Apache-2.0
"""`longwatch verify-bundle FILE`: every check of an exported bundle, offline, without a server or a database."""

import argparse
import sys
from pathlib import Path

from longwatch.exchange.archive import NotABundle, opened
from longwatch.exchange.signing import PublicKey, read_public_key
from longwatch.exchange.verification import Finding, Trust, Verdict, verify
from longwatch.ledger.note import NoteRefused, Verifier

GOOD, WRONG, NOT_CHECKED = 0, 1, 2
FINGERPRINT = "SHA256:"


class UnusableKey(Exception):
    """What was given as a key is none."""


def run(arguments: argparse.Namespace) -> int:
    """Print a sentence a check; 0 when all holds, 1 when something does not, 2 when it could not be checked."""
    try:
        trust = _trust(arguments.key, arguments.ledger_key, arguments.tsa)
        with opened(Path(arguments.file)) as archive:
            findings = verify(archive, trust)
    except (NotABundle, UnusableKey) as error:
        print(f"longwatch: this could not be checked: {error}.", file=sys.stderr)
        return NOT_CHECKED
    return _say(findings)


def _say(findings: list[Finding]) -> int:
    for finding in findings:
        print(f"{finding.verdict:<4}  {finding.sentence}")
    wrong = sum(finding.verdict is Verdict.BAD for finding in findings)
    if wrong:
        print(f"\nDo not rely on this bundle: {wrong} {'thing is' if wrong == 1 else 'things are'} wrong with it.")
        return WRONG
    if any("taken from the bundle itself" in finding.sentence for finding in findings):
        print("\nThe bundle is whole, and agrees with itself. Compare the keys named above before you rely on it.")
    else:
        print("\nThe bundle is whole, and was made with the keys you know.")
    return GOOD


def _trust(key: str, ledger_keys: list[str], tsa: str) -> Trust:
    try:
        for vkey in ledger_keys:
            Verifier.parse(vkey)
    except NoteRefused as error:
        raise UnusableKey(f"the ledger key is not usable: {error}") from None
    authorities = Path(tsa) if tsa else None
    if authorities is not None and not authorities.is_file():
        raise UnusableKey(f"there are no certificates in {authorities}")
    if key.startswith(FINGERPRINT):
        return Trust(fingerprint=key, ledger_keys=ledger_keys, authorities=authorities)
    return Trust(key=_read(Path(key)) if key else None, ledger_keys=ledger_keys, authorities=authorities)


def _read(file: Path) -> PublicKey:
    try:
        return read_public_key(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableKey(f"the key in {file} is not usable: {error}") from None
