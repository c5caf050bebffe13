# SPDX-License-Identifier: Apache-2.0
"""Load on the signal intake from one process: many keep-alive connections, requests made beforehand.

    python bench/intake_load.py http://127.0.0.1:8000 TOKEN single --seconds 10 --connections 16 --pids web=123,pg=456
    python bench/intake_load.py http://127.0.0.1:8000 TOKEN bulk --seconds 10 --connections 4 --lines 1000

The pids are roots of process trees whose CPU time is told apart. Prints one line of JSON.
"""

import argparse
import asyncio
import json
import os
import random
import time
from pathlib import Path
from urllib.parse import urlsplit

TICK = os.sysconf("SC_CLK_TCK")
TEXT = """
suspicious beacon powershell encoded command lateral movement credential dump phishing attachment macro ransomware note
exfiltration tunnel dns brute force impossible travel mailbox rule consent token persistence
"""
WORDS = TEXT.split()


def signal(rng: random.Random, number: int, repeats: float, mark: str) -> dict[str, object]:
    """One alert of about two kilobytes; the given share repeats one of fifty keys."""
    key = f"hot-{rng.randrange(50)}" if rng.random() < repeats else f"{mark}-{number}"
    return {
        "title": f"{' '.join(rng.sample(WORDS, 4)).capitalize()} {number}",
        "description": " ".join(rng.choices(WORDS, k=60)),
        "severity": rng.choice(["low", "medium", "high", "critical"]),
        "rule": rng.choice(WORDS),
        "dedup_key": key,
        "occurred_at": "2026-11-22T10:14:00Z",
        "entities": [
            {"kind": "ip", "value": f"198.51.{rng.randrange(256)}.{rng.randrange(256)}"},
            {"kind": "host", "value": f"host-{rng.randrange(500):04d}", "part": "affected"},
            {"kind": "account", "value": f"user{rng.randrange(500):04d}", "part": "affected"},
        ],
        "raw": {f"field_{k}": rng.choice(WORDS) + str(rng.randrange(10**6)) for k in range(30)},
    }


def request(host: str, path: str, token: str, body: bytes, kind: str) -> bytes:
    """A whole HTTP request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def cpu_of(roots: set[int]) -> float:
    """CPU seconds used so far by the process trees under these."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)], used[int(entry.name)] = int(fields[1]), sum(map(int, fields[11:15]))

    def inside(pid: int) -> bool:
        while pid and pid not in roots:
            pid = parents.get(pid, 0)
        return pid in roots

    return sum(ticks for pid, ticks in used.items() if inside(pid)) / TICK


async def sender(host: str, port: int, requests: list[bytes], until: float, times: list[float], bad: list[str]) -> None:
    """Send one request after another until the time is over."""
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until and requests:
        started = time.perf_counter()
        writer.write(requests.pop())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        times.append(time.perf_counter() - started)
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            bad.append(f"{head[:40]!r} {body[:200]!r}")
    writer.close()


async def run(options: argparse.Namespace) -> dict[str, object]:
    """One measurement."""
    parts = urlsplit(options.base)
    host, port = str(parts.hostname), int(parts.port or 80)
    rng, mark = random.Random(options.seed), f"{time.time_ns():x}"
    requests: list[bytes] = []
    for number in range(options.requests):
        if options.mode == "single":
            body = json.dumps(signal(rng, number, options.repeats, mark)).encode()
            requests.append(request(host, "/api/v1/signals", options.token, body, "application/json"))
        else:
            start = number * options.lines
            lines = (signal(rng, start + k, options.repeats, mark) for k in range(options.lines))
            body = b"\n".join(json.dumps(line).encode() for line in lines)
            requests.append(request(host, "/api/v1/signals/bulk", options.token, body, "application/x-ndjson"))
    size = sum(map(len, requests)) // len(requests)
    groups = {g.split("=")[0]: {int(p) for p in g.split("=")[1].split("+")} for g in options.pids.split(",") if g}
    before = {name: cpu_of(pids) for name, pids in groups.items()}
    times: list[float] = []
    bad: list[str] = []
    mine, started = time.process_time(), time.perf_counter()
    until = started + options.seconds
    await asyncio.gather(*(sender(host, port, requests, until, times, bad) for _ in range(options.connections)))
    took = time.perf_counter() - started
    each = options.lines if options.mode == "bulk" else 1
    times.sort()
    return {
        "mode": options.mode, "connections": options.connections, "requests": len(times), "bad": len(bad),
        "first_bad": bad[:1], "bytes": size, "signals_per_s": round(len(times) * each / took, 1),
        **{f"p{q}_ms": round(times[min(len(times) - 1, len(times) * q // 100)] * 1000, 2) for q in (50, 95, 99)},
        **{
            f"{name}_cpu_ms_per_signal": round((cpu_of(pids) - before[name]) * 1000 / max(1, len(times) * each), 4)
            for name, pids in groups.items()
        },
        "client_cpu_ms_per_signal": round((time.process_time() - mine) * 1000 / max(1, len(times) * each), 4),
        "load": round(os.getloadavg()[0], 2), "repeats": options.repeats,
    }  # fmt: skip


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("token")
    parser.add_argument("mode", choices=["single", "bulk"])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--requests", type=int, default=40_000, help="made beforehand; all used up ends the run")
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--repeats", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pids", default="")
    print(json.dumps(asyncio.run(run(parser.parse_args()))))


if __name__ == "__main__":
    main()
