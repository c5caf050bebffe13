# SPDX-License-Identifier: Apache-2.0
"""How many of the hashes in published reports are found: `python -m bench.indicators FOLDER`.

The folder is a copy of ESET's malware-ioc: one folder a campaign, a report for people (README.adoc) and lists of the
same hashes (samples.md5, .sha1, .sha256), which are the answer key.
"""

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from longwatch.enrichment.extraction.process import Finder, Unread
from longwatch.enrichment.extraction.tidying import things_in

HASH = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})(?![0-9A-Za-z])")
HASHES = ("md5s", "sha1s", "sha256s")
LISTS = ("samples.md5", "samples.sha1", "samples.sha256")


@dataclass
class Count:
    """What was found in reports, beside what their lists say."""

    reports: int = 0
    unread: int = 0
    listed: int = 0
    # Of the listed ones, those that stand in the report itself.
    told: int = 0
    found: int = 0
    right: int = 0
    right_told: int = 0
    # Those that were found, and left out because a signal keeps so many only.
    cut: int = 0

    def add(self, report: str, listed: set[str], found: set[str], seen: set[str]) -> None:
        """Count one report."""
        told = {each.lower() for each in HASH.findall(report)} & listed
        self.reports += 1
        self.listed += len(listed)
        self.told += len(told)
        self.found += len(found)
        self.right += len(found & listed)
        self.right_told += len(found & told)
        self.cut += len((seen - found) & told)


def measure(folder: Path) -> Count:
    """Read every campaign that has a report and a list."""
    count, finder = Count(), Finder(seconds=60)
    try:
        for report in sorted(folder.glob("**/README.adoc")):
            listed = {line.lower() for name in LISTS for line in _lines(report.with_name(name)) if HASH.fullmatch(line)}
            if not listed:
                continue
            text = report.read_text(encoding="utf-8", errors="replace")
            try:
                seen = finder.find(text)
            except Unread:
                count.unread += 1
                seen = {}
            found = {each.value.lower() for each in things_in(seen) if each.kind == "file_hash"}
            count.add(text, listed, found, {value.lower() for kind in HASHES for value in seen.get(kind, ())})
    finally:
        finder.close()
    return count


def _lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    return [line.split()[0] for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]


def main() -> None:
    """Measure and tell."""
    begun = time.monotonic()
    count = measure(Path(sys.argv[1]))
    print(f"{count.reports} reports, {count.unread} not read, {time.monotonic() - begun:.0f} s")
    print(f"hashes listed {count.listed}, of them in the reports {count.told}; found {count.found}")
    print(f"found and left out, because a signal keeps so many only: {count.cut}")
    print(f"precision {count.right / max(count.found, 1):.4f}")
    print(f"recall of those in the reports {count.right_told / max(count.told, 1):.4f}")
    print(f"recall of all that are listed {count.right / max(count.listed, 1):.4f}")


if __name__ == "__main__":
    main()
