# SPDX-License-Identifier: Apache-2.0
"""Verify a database in a process of its own, as `longwatch verify` does: `python -m bench.verifying` reads a plan.

In a process with threads, as the one that measures, each further process would begin with loading everything again.
"""

import json
import os
import resource
import subprocess
import sys
import time
from importlib import import_module
from typing import Any

import django


def verified(conninfo: str, *, with_rows: bool) -> dict[str, Any]:
    """What a process of its own found and counted, the seconds it took, and its CPU with those that helped it."""
    words = [sys.executable, "-m", "bench.verifying"]
    plan = {"conninfo": conninfo, "with_files": False, "with_rows": with_rows, "processes": os.cpu_count() or 1}
    said = subprocess.run(words, input=json.dumps(plan).encode(), stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found


def main() -> None:
    """Verify by the plan at the standard input; says what came of it as JSON."""
    plan = json.load(sys.stdin)
    django.setup()
    verification = import_module("longwatch.integrity.verification")
    began, used = time.perf_counter(), _cpu()
    found = verification.verify(verification.Plan(**plan))
    said = {"counts": found.counts, "faults": found.faults[:3], "broken": found.broken}
    print(json.dumps({**said, "seconds": time.perf_counter() - began, "cpu": _cpu() - used}))


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in usages)


if __name__ == "__main__":
    main()
