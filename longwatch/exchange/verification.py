# SPDX-License-Identifier: Apache-2.0
"""All checks of a bundle, offline: no server, no database. Each says one sentence; all are made, whatever fails."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from longwatch.core.counting import counted
from longwatch.exchange.archive import INFLATION_FROM, Archive, NotABundle
from longwatch.exchange.bag import ALGORITHMS, BAGIT_TXT
from longwatch.exchange.enclosing import Enclosed, enclosed_sha256
from longwatch.exchange.ledger_check import LedgerCheck
from longwatch.exchange.signing import PublicKey, Untrusted, check_dsse, check_sshsig, read_public_key
from longwatch.ledger.anchors.timestamp import holds, is_over, stamped_at

SIGNATURE = "longwatch/tagmanifest-sha256.txt.sig"
STATEMENT = "longwatch/export.dsse.json"
STAMP, AUTHORITIES = "longwatch/checkpoint.tsr", "longwatch/tsa.pem"
SEAL = "tagmanifest-sha256.txt"
# What cannot stand in the tag manifest, because it depends on it.
UNLISTED = frozenset({SIGNATURE, STATEMENT, *(f"tagmanifest-{name}.txt" for name in ALGORITHMS)})
MOST_NAMED = 10
# Each file of the payload has a line in every manifest: digests and its path.
MANIFESTS_PER_FILE = 1_000
OXUM = "Payload-Oxum: "


class Verdict(StrEnum):
    """What a check found."""

    GOOD = "ok"
    BAD = "bad"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing that was looked at."""

    verdict: Verdict
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the person who checks knows from elsewhere."""

    # The export key, or its fingerprint; without either the key in the bundle is taken, and the findings say so.
    key: PublicKey | None = None
    fingerprint: str = ""
    # Verifier keys of the ledger.
    ledger_keys: Sequence[str] = ()
    # Certificates (a PEM file) of time-stamp authorities.
    authorities: Path | None = None


@dataclass
class _Checks:
    archive: Archive
    trust: Trust
    findings: list[Finding] = field(default_factory=list)
    hashes: dict[str, dict[str, str]] = field(default_factory=dict)

    def good(self, sentence: str) -> None:
        self.findings.append(Finding(Verdict.GOOD, sentence))

    def bad(self, sentence: str) -> None:
        self.findings.append(Finding(Verdict.BAD, sentence))

    def note(self, sentence: str) -> None:
        self.findings.append(Finding(Verdict.NOTE, sentence))


def verify(archive: Archive, trust: Trust) -> list[Finding]:
    """Every finding about a bundle, in order. Refuses (NotABundle) only what is no bundle at all."""
    if not archive.has("bagit.txt"):
        raise NotABundle("there is no bagit.txt: this is not a bundle")
    checks = _Checks(archive, trust)
    for check in (_declaration, _manifests, _signatures, _ledger, _time, _exhibits, _withheld):
        _made(checks, check)
    return checks.findings


def _made(checks: _Checks, check: Callable[[_Checks], None]) -> None:
    try:
        check(checks)
    except NotABundle as error:
        checks.bad(f"{error}.")
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        checks.bad(f"A file of the bundle has not the form it should have ({type(error).__name__}: {error}).")


def _declaration(checks: _Checks) -> None:
    if checks.archive.content("bagit.txt") != BAGIT_TXT:
        checks.bad("bagit.txt does not declare a BagIt 1.0 bag.")


def _manifests(checks: _Checks) -> None:
    archive = checks.archive
    payload = {path for path in archive.paths if path.startswith("data/")}
    tags = set(archive.paths) - payload - UNLISTED
    before = len(checks.findings)
    if _is_larger(checks):
        return
    for path in archive.paths:
        checks.hashes[path] = _hashes(archive, path)
    for algorithm in ALGORITHMS:
        _compare(checks, f"manifest-{algorithm}.txt", algorithm, payload)
        _compare(checks, f"tagmanifest-{algorithm}.txt", algorithm, tags)
    _oxum(checks, payload)
    if len(checks.findings) == before:
        total = sum(archive.size(path) for path in payload)
        looked = f"{counted(len(payload), 'files')}, {counted(total, 'bytes')}"
        checks.good(f"The payload is whole ({looked}): each file is there and has the hashes of the manifests.")


def _hashes(archive: Archive, path: str) -> dict[str, str]:
    digests = {name: hashlib.new(name) for name in ALGORITHMS}
    for piece in archive.chunks(path):
        for digest in digests.values():
            digest.update(piece)
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _compare(checks: _Checks, manifest: str, algorithm: str, present: set[str]) -> None:
    listed = dict(_listed(checks.archive, manifest))
    _name(checks, sorted(set(listed) - present), f"is named in {manifest}, but not there")
    _name(checks, sorted(present - set(listed)), f"is there, but not named in {manifest}")
    changed = [path for path in sorted(present & set(listed)) if checks.hashes[path][algorithm] != listed[path].lower()]
    _name(checks, changed, f"was changed: its {algorithm} is not that of {manifest}")


def _name(checks: _Checks, paths: Sequence[str], what: str) -> None:
    for path in paths[:MOST_NAMED]:
        checks.bad(f"{path} {what}.")
    if len(paths) > MOST_NAMED:
        checks.bad(f"And {counted(len(paths) - MOST_NAMED, 'more files')}: each {what}.")


def _listed(archive: Archive, manifest: str) -> Iterator[tuple[str, str]]:
    for line in archive.content(manifest).decode().splitlines():
        digest, _, path = line.partition(" ")
        path = path.strip().removeprefix("*")
        if not digest or not path:
            raise NotABundle(f"{manifest} has a line that is none")
        yield path, digest


def _oxum(checks: _Checks, payload: set[str]) -> None:
    found = f"{sum(checks.archive.size(path) for path in payload)}.{len(payload)}"
    if _said_oxum(checks) != [found]:
        checks.bad("bag-info.txt says another number of files or bytes than there are.")


def _said_oxum(checks: _Checks) -> list[str]:
    lines = checks.archive.content("bag-info.txt").decode().splitlines()
    return [line.removeprefix(OXUM) for line in lines if line.startswith(OXUM)]


def _is_larger(checks: _Checks) -> bool:
    """Whether the archive holds far more than the bag was declared to hold: then it is not read at all."""
    octets = (each.partition(".")[0] for each in _said_oxum(checks))
    most = max((int(each) for each in octets if each.isdecimal()), default=0)
    # Payload-Oxum tells of data/ only; what else there is names the files of the payload, and is small.
    allowed = most + INFLATION_FROM + MANIFESTS_PER_FILE * len(checks.archive.paths)
    if sum(checks.archive.size(path) for path in checks.archive.paths) <= allowed:
        return False
    checks.bad("The files are larger than bag-info.txt says (Payload-Oxum): none of them was read.")
    return True


def _signatures(checks: _Checks) -> None:
    archive = checks.archive
    seal = archive.content(SEAL)
    key = _key(checks)
    if key is None:
        return
    try:
        check_sshsig(archive.content(SIGNATURE).decode("ascii", "replace"), seal, key)
        checks.good(f"The signature over {SEAL} is good ({key.fingerprint}).")
    except Untrusted as error:
        checks.bad(f"The signature over {SEAL} {error}.")
    try:
        said = check_dsse(archive.content(STATEMENT), hashlib.sha256(seal).hexdigest(), key)
        checks.good(_told(said))
    except Untrusted as error:
        checks.bad(f"The signed statement {error}.")


def _key(checks: _Checks) -> PublicKey | None:
    trust = checks.trust
    if trust.key is not None:
        return trust.key
    try:
        found = read_public_key(checks.archive.content("longwatch/export-key.pub").decode("ascii", "replace"))
    except ValueError:
        checks.bad("The key in the bundle is no Ed25519 key.")
        return None
    if trust.fingerprint:
        if found.fingerprint != trust.fingerprint:
            checks.bad(f"The bundle was signed with another key ({found.fingerprint}) than the one you know.")
            return None
        return found
    checks.note(
        f"The key was taken from the bundle itself. Ask the organisation by another way whether its key is "
        f"{found.fingerprint}, or give it with --key."
    )
    return found


def _told(said: dict[str, Any]) -> str:
    record = said.get("record") or {}
    return (
        f"The signed statement says: {record.get('kind')} {record.get('reference')} of {said.get('organisation')}, "
        f"made {said.get('made_at')} by {said.get('requested_by')} "
        f"for {said.get('recipient')} ({said.get('audience')})."
    )


def _ledger(checks: _Checks) -> None:
    if not checks.archive.has("longwatch/checkpoint"):
        checks.note("There is no checkpoint in the bundle: nothing of it is proven by the ledger.")
        return
    check = LedgerCheck(checks.archive, checks.trust.ledger_keys)
    for sentence in check.problems():
        checks.bad(sentence)
    for sentence in check.notes:
        checks.note(sentence)
    if not check.found_problems:
        checks.good(check.summary())


def _time(checks: _Checks) -> None:
    if not checks.archive.has(STAMP):
        return
    reply, note = checks.archive.content(STAMP), checks.archive.content("longwatch/checkpoint")
    at = stamped_at(reply)
    if at is None or not is_over(reply, note):
        checks.bad("The time-stamp is not one of the checkpoint in the bundle.")
        return
    with _authorities(checks) as known:
        if known is None:
            checks.note(
                f"A time-stamp says {_moment(at)}; give the certificates of its authority with --tsa to check it."
            )
        elif not holds(reply, note, known):
            checks.bad("The time-stamp of the checkpoint does not lead to the certificates of the authority.")
        else:
            checks.good(f"The time-stamp is good: the checkpoint existed on {_moment(at)}.")


@contextmanager
def _authorities(checks: _Checks) -> Iterator[Path | None]:
    """The certificates that are known, else those of the bundle."""
    if checks.trust.authorities is not None or not checks.archive.has(AUTHORITIES):
        yield checks.trust.authorities
        return
    checks.note(
        "The certificates of the time-stamp authority were taken from the bundle itself. Get them from the authority, "
        "and give them with --tsa."
    )
    with tempfile.TemporaryDirectory(prefix="longwatch-bundle-") as folder:
        file = Path(folder) / "tsa.pem"
        file.write_bytes(checks.archive.content(AUTHORITIES))
        yield file


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _exhibits(checks: _Checks) -> None:
    if not checks.hashes or not checks.archive.has("data/exhibits.json"):
        return
    lines = [line for line in json.loads(checks.archive.content("data/exhibits.json")) if line["file"]]
    # One file is one exhibit; else a hostile list would have the same archive opened again and again.
    if len({line["file"] for line in lines}) < len(lines):
        checks.bad("data/exhibits.json names a file twice.")
        return
    files = [line for line in lines if not line.get("archive")]
    wrong = [line for line in files if checks.hashes.get(f"data/{line['file']}", {}).get("sha256") != line["sha256"]]
    for line in wrong[:MOST_NAMED]:
        checks.bad(f"{line['file']} is not exhibit {line['number']}: its SHA-256 is another one.")
    if files and not wrong:
        have = "has" if len(files) == 1 else "have"
        checks.good(f"{counted(len(files), 'exhibits')} {have} the SHA-256 that was noted on receipt.")
    _archived(checks, [line for line in lines if line.get("archive")])


def _archived(checks: _Checks, lines: Sequence[dict[str, Any]]) -> None:
    wrong = [sentence for line in lines if (sentence := _enclosed(checks, line))]
    for sentence in wrong[:MOST_NAMED]:
        checks.bad(sentence)
    if lines and not wrong:
        one = len(lines) == 1
        lie, have = ("lies in an encrypted archive", "has") if one else ("lie in encrypted archives", "have")
        checks.good(
            f"{counted(len(lines), 'dangerous exhibits')} {lie}: opened in memory, {'it' if one else 'they'} {have} "
            f"the SHA-256 that was noted on receipt."
        )


def _enclosed(checks: _Checks, line: dict[str, Any]) -> str:
    """What is wrong with an exhibit in an encrypted archive, if anything is."""
    path, said = f"data/{line['file']}", line["archive"]
    if checks.hashes.get(path, {}).get("sha256") != said["sha256"]:
        return f"{line['file']} is not the archive of exhibit {line['number']}: its SHA-256 is another one."
    try:
        with checks.archive.file(path) as file:
            told = Enclosed(str(said["holds"]), int(line["size"]), str(said["password"]))
            found = enclosed_sha256(file, checks.archive.size(path), told)
    except NotABundle as error:
        return f"{line['file']}, the archive of exhibit {line['number']}, {error}."
    if found != line["sha256"]:
        return f"{line['file']} does not hold exhibit {line['number']}: what is in it has another SHA-256."
    return ""


def _withheld(checks: _Checks) -> None:
    rows = checks.archive.content("data/withheld.csv").decode("utf-8-sig").splitlines()[1:]
    if rows:
        checks.note(
            f"Something was withheld or masked: data/withheld.csv says what and why ({counted(len(rows), 'lines')})."
        )
