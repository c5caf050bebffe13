# SPDX-License-Identifier: Apache-2.0
"""A list at an address: one value a line, a column of a table, or a file that can be loaded by hand.

Only what it was set up for is taken: who serves it must not come to say what is harmless, or where places are.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from longwatch.core.errors import Invalid
from longwatch.core.outbound import Outbound, Unreachable
from longwatch.enrichment.feed_models import INDICATORS
from longwatch.enrichment.feeds.asking import Budget, Portion, got
from longwatch.enrichment.intel.reading import Read, read_bytes
from longwatch.intake.polling.asking import Wanted

LARGEST = 64_000_000
# Less than of files that an administrator loads: nobody looked at these.
MOST_UNPACKED = 64 * 1024 * 1024


class PlainList:
    """Fetches the whole list each time."""

    def __init__(self, wanted: Wanted, budget: Budget) -> None:
        self._wanted, self._budget = wanted, budget
        self._outbound = Outbound(wanted.url, wanted.trust, largest=LARGEST)

    def portions(
        self, cursor: Mapping[str, Any], known: Callable[[], Mapping[str, str]]
    ) -> Iterator[Portion]:  # fmt: skip
        """The list as it is now."""
        read, problems = self._read()
        yield Portion({}, more=False, whole=read, problems=problems)

    def test(self) -> str:
        """How many values it has."""
        read, _problems = self._read()
        number = sum(len(each.entries) for each in read.loaded)
        return f"It can be reached. It holds {number} values to compare with."

    def _read(self) -> tuple[Read, Sequence[str]]:
        """What it holds of the kind that it was set up for, and what was left out."""
        body = got(self._outbound, "", self._wanted, self._budget).body
        column = int(self._wanted.settings.get("column") or 0)
        name = self._outbound.target.path.rpartition("/")[2] or self._outbound.target.shown
        try:
            read = read_bytes(_column(body, column) if column else body, name, MOST_UNPACKED)
        except Invalid as refusal:
            raise Unreachable(refusal.sentence, code="unusable") from refusal
        holds = str(self._wanted.settings.get("holds") or INDICATORS)
        fit = [each for each in read.loaded if each.kind == holds]
        others = ", ".join(sorted({each.kind for each in read.loaded if each.kind != holds}))
        sentence = f"It was set up to hold {holds}. What it holds of another kind is left out: {others}."
        if not fit:
            raise Unreachable(sentence, code="another_kind")
        return replace(read, loaded=fit), [sentence] if others else []


def _column(body: bytes, column: int) -> bytes:
    """One column of a table, a line each; remarks are left out."""
    lines = (line for line in body.decode("utf-8-sig", "replace").splitlines() if not line.lstrip().startswith("#"))
    try:
        values = [row[column - 1].strip() for row in csv.reader(lines, skipinitialspace=True) if len(row) >= column]
    except csv.Error as error:
        raise Unreachable(f"It is no table: {error}.", code="unusable") from error
    return "\n".join(value for value in values if "\n" not in value).encode()
