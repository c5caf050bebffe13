# SPDX-License-Identifier: Apache-2.0
"""What processes and the machine use, read from /proc, and what kind of machine this is."""

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
MEGABYTE = 1_000_000


def _stat(pid: int) -> tuple[int, float]:
    """The parent of a process, and the CPU seconds of it and of its children that have ended."""
    fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15])) / TICK


def processes() -> dict[int, tuple[int, float]]:
    """All processes: parent and CPU seconds."""
    found = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = _stat(int(entry.name))
            except OSError:
                continue
    return found


def tree(root: int) -> list[int]:
    """A process and all its descendants."""
    parents = {pid: parent for pid, (parent, _) in processes().items()}

    def inside(pid: int) -> bool:
        while pid and pid != root:
            pid = parents.get(pid, 0)
        return pid == root

    return [pid for pid in parents if inside(pid)]


def cpu_of(root: int) -> float:
    """CPU seconds that a process tree has used."""
    known = processes()
    return sum(known[pid][1] for pid in tree(root) if pid in known)


def pss_of(pids: list[int]) -> float:
    """Proportional memory of processes in megabytes: shared pages are counted once in all."""
    total = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / MEGABYTE


def forget_peak(pid: int) -> None:
    """Let the most memory that a process had begin anew."""
    (PROC / str(pid) / "clear_refs").write_text("5")


def peak_of(pid: int) -> int:
    """The most bytes that a process ever had in memory."""
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def machine_cpu() -> tuple[float, float]:
    """CPU seconds the whole machine has used, and those that other machines on the same host took."""
    numbers = [int(word) for word in (PROC / "stat").read_text().splitlines()[0].split()[1:]]
    return (sum(numbers[:3]) + numbers[5] + numbers[6]) / TICK, numbers[7] / TICK


@dataclass
class Meter:
    """CPU use between two moments: of named process trees, of this process, and of everybody else."""

    roots: Mapping[str, int]
    seconds: float = 0.0
    used: dict[str, float] = field(default_factory=dict)
    client: float = 0.0
    others: float = 0.0
    stolen: float = 0.0

    def __enter__(self) -> "Meter":
        self._before = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        at, client, machine, stolen, used = self._now()
        at0, client0, machine0, stolen0, used0 = self._before
        self.seconds, self.client, self.stolen = at - at0, client - client0, stolen - stolen0
        self.used = {name: used[name] - used0[name] for name in used}
        self.others = max(0.0, machine - machine0 - self.client - sum(self.used.values()))

    def per(self, count: int) -> dict[str, float]:
        """CPU milliseconds of each tree and of the client for each of so many requests."""
        shares = {**self.used, "client": self.client}
        return {f"{name}_cpu_ms": round(seconds * 1000 / max(1, count), 4) for name, seconds in shares.items()}

    def surroundings(self) -> dict[str, float]:
        """How busy the machine was: cores used by others and by this process, cores taken away, load average."""
        seconds = max(self.seconds, 0.001)
        return {
            "other_cores": round(self.others / seconds, 2), "client_cores": round(self.client / seconds, 2),
            "stolen_cores": round(self.stolen / seconds, 2), "load": round(os.getloadavg()[0], 2),
        }  # fmt: skip

    def _now(self) -> tuple[float, float, float, float, dict[str, float]]:
        used = {name: cpu_of(root) for name, root in self.roots.items()}
        return time.perf_counter(), time.process_time(), *machine_cpu(), used


def facts(postgresql: str) -> dict[str, str]:
    """What was measured on: machine, versions, date, load."""
    cores = os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{cores} cores ({_processor()}), {memory:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "versions": f"Python {platform.python_version()}, PostgreSQL {postgresql}, Django {version('django')}, "
        f"Granian {version('granian')}, psycopg {version('psycopg')}",
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    for line in (PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
