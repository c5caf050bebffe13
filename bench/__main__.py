# SPDX-License-Identifier: Apache-2.0
"""`python -m bench`: measures the speed budgets on a Longwatch of its own; writes bench/out.json and bench/out.md."""

import argparse
import importlib
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from bench.figures import Figure, Results
from bench.installation import Installation
from bench.machine import facts

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: bench/out.md -->", "<!-- /figures -->"
# What some parts gave, measured by themselves after the whole.
LATER, LATER_END = "<!-- figures of parts -->", "<!-- /figures of parts -->"
# In this order: what is measured first finds a small database, as a new installation has.
PARTS = (
    "restart", "memory", "weight", "intake", "sealing", "loaded", "lag", "flood", "upload", "bundle", "ledger",
    "records", "pages", "grouping",
)  # fmt: skip


def main() -> int:
    """Measure what was asked for; status 1 when a budget is missed."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    installation = Installation(options.data)
    try:
        results = _measure(installation, options)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    finally:
        installation.close()
    if options.docs:
        _document(results, whole=options.parts == list(PARTS))
    print(f"\n{options.out / 'out.md'} and out.json are written.")
    return 1 if any(figure.met is False for figure in results.figures) else 0


def _document(results: Results, *, whole: bool) -> None:
    """A whole run makes the table anew; some parts get lines in the table of what was measured by itself."""
    text = DOCUMENT.read_text()
    if whole:
        text = _between(text, BEGIN, END, lambda _before: results.markdown())
        text = _between(text, LATER, LATER_END, lambda _before: "")
    else:
        text = _between(text, LATER, LATER_END, results.beside)
    DOCUMENT.write_text(text)


def _between(text: str, begin: str, end: str, make: Callable[[str], str]) -> str:
    """The text with what stands between two marks replaced by what is made of it."""
    before, mark, rest = text.partition(begin)
    old, closing, after = rest.partition(end)
    if not mark or not closing:
        raise RuntimeError(f"{DOCUMENT} has no place for the table.")
    return f"{before}{begin}\n\n{make(old.strip())}\n{end}{after}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the speed budgets.")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--signals", type=int, default=0, help="how many signals to fill (a million, or 20,000 quick)")
    parser.add_argument("--entries", type=int, default=0, help="entries to verify (300,000, or 20,000 quick)")
    parser.add_argument("--upload-gb", type=float, default=0, help="how much to upload (5, or 0.05 quick)")
    parser.add_argument("--data", type=Path, help="a data directory to use and keep; else a temporary one")
    parser.add_argument("--docs", action="store_true", help="put the figures into docs/performance.md too")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where out.json and out.md go")
    options = parser.parse_args()
    options.parts = [name for name in PARTS if name in options.only.split(",")]
    options.signals = options.signals or (20_000 if options.quick else 1_000_000)
    options.upload_gb = options.upload_gb or (0.05 if options.quick else 5)
    options.entries = options.entries or (20_000 if options.quick else 300_000)
    return options


def _measure(installation: Installation, options: argparse.Namespace) -> Results:
    print("Starting a Longwatch of our own", flush=True)
    installation.start()
    with installation.administrator() as connection:
        found = connection.execute("show server_version").fetchone()
    results = Results(facts(str(found[0]).split()[0] if found else ""))
    for name, value in results.facts.items():
        print(f"  {name}: {value}", flush=True)
    # Only now: settings read where the database is, and that is known once it was started.
    django.setup()
    people = importlib.import_module("bench.people")
    town = people.make_town()
    for name in options.parts:
        print(f"\n{name}", flush=True)
        results.add(_measured(name, installation, town, options))
        results.write(options.out)
    return results


def _measured(name: str, installation: Installation, town: Any, options: argparse.Namespace) -> list[Figure]:
    """The figures of one part; a part that fails is a missed budget and does not keep the others from running."""
    try:
        return _part(name)(installation, town, options)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other parts are worth their time
        traceback.print_exc(limit=-4, chain=False)
        return [Figure(f"{name} could not be measured", "", str(error).partition("\n")[0][:100], met=False)]


Part = Callable[..., list[Figure]]


def _part(name: str) -> Part:
    """The function that measures one part; imported late, because it needs models."""
    module, function = {
        "restart": ("bench.resting", "restart"),
        "memory": ("bench.resting", "memory"),
        "loaded": ("bench.resting", "memory_after_load"),
        "weight": ("bench.weight", "measure"),
    }.get(name, (f"bench.{name}", "measure"))
    part: Part = getattr(importlib.import_module(module), function)
    return part


if __name__ == "__main__":
    sys.exit(main())
