# SPDX-License-Identifier: Apache-2.0
"""What was measured against which budget, as a table for people, in Markdown and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

COLUMNS = "| job | measured | budget | met | others' cores, load |"
WORDS = {True: "yes", False: "NO", None: "-"}


@dataclass
class Figure:
    """One line of the table; `met` is None where there is no budget."""

    job: str
    budget: str
    measured: str
    met: bool | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Results:
    """All figures of a run."""

    facts: dict[str, str]
    figures: list[Figure] = field(default_factory=list)

    def add(self, figures: Sequence[Figure]) -> None:
        """Keep figures, and show them at once."""
        for figure in figures:
            self.figures.append(figure)
            print(f"  {figure.job:<58} {figure.measured:<52} {figure.budget:<26} {WORDS[figure.met]}", flush=True)
            surroundings = {k: v for k, v in figure.details.items() if k in ("load", "other_cores", "client_cores")}
            if surroundings:
                print(f"    {' '.join(f'{name}={value}' for name, value in surroundings.items())}", flush=True)

    def write(self, folder: Path) -> None:
        """Write out.json and out.md."""
        content = {"facts": self.facts, "figures": [asdict(figure) for figure in self.figures]}
        (folder / "out.json").write_text(json.dumps(content, indent=1, default=str) + "\n")
        (folder / "out.md").write_text(self.markdown())

    def markdown(self) -> str:
        """The facts and the table, for docs/performance.md."""
        lines = [f"- {name}: {value}" for name, value in self.facts.items()]
        return "\n".join([*lines, "", COLUMNS, "|---|---|---|---|---|", *map(_row, self.figures)]) + "\n"

    def beside(self, before: str) -> str:
        """The table of what was measured by itself, each line with its date: `before`, with these lines new."""
        when = f"{self.facts['date']}, load before {self.facts['load before']}"
        rows = {_job(line): line for line in before.splitlines()[2:] if line.startswith("| ")}
        rows |= {figure.job: f"{_row(figure)} {when} |" for figure in self.figures}
        return "\n".join([f"{COLUMNS} when |", "|---|---|---|---|---|---|", *rows.values()]) + "\n"


def _row(figure: Figure) -> str:
    busy = figure.details.get("other_cores"), figure.details.get("load")
    around = f"{busy[0]}, {busy[1]}" if busy[0] is not None else ""
    return f"| {figure.job} | {figure.measured} | {figure.budget} | {WORDS[figure.met]} | {around} |"


def _job(row: str) -> str:
    return row.removeprefix("| ").partition(" | ")[0]
