# SPDX-License-Identifier: Apache-2.0
"""Reading pages as a signed-in person: times over HTTP, statements counted in this process."""

import http.client
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.load import percentile
from bench.machine import Meter
from bench.people import Town

STATEMENTS = 10
LOADED = re.compile(r"<[^>]*\bhx-trigger=\"load\"[^>]*>")
ADDRESS = re.compile(r"\bhx-get=\"([^\"]+)\"")
# These say where a transaction begins and ends; they read nothing.
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Page:
    """One page as one reader gets it."""

    path: str
    reader: str
    times: list[float] = field(default_factory=list)
    meter: Meter | None = None
    statements: int = 0
    bytes: int = 0
    status: int = 0
    fragments: list[str] = field(default_factory=list)
    slowest_statements: list[str] = field(default_factory=list)

    def milliseconds(self, share: float) -> float:
        """Within how many milliseconds this share of the answers came."""
        return percentile(self.times, share) * 1000


class Browser:
    """Fetches pages over one connection for a reader."""

    def __init__(self, installation: Installation, town: Town, reader: str) -> None:
        self.installation, self.town, self.reader = installation, town, reader
        self.cookie = town.session(reader)
        self.client = Client(headers={"host": f"{HOST}:{installation.port}"})
        self.client.force_login(town.accounts[reader])

    def read(self, path: str, times: int, *, warm: int = 3) -> Page:
        """Fetch a page repeatedly, and once more here to count its statements."""
        page = Page(path, self.reader)
        line = http.client.HTTPConnection(HOST, self.installation.port, timeout=120)
        for _ in range(warm):
            page.status, body, _ = self._fetch(line, path)
        page.bytes, page.fragments = len(body), fragments(body.decode(errors="replace"))
        with Meter(self.installation.roots) as page.meter:
            page.times = [self._fetch(line, path)[2] for _ in range(times)]
        line.close()
        self._count(page)
        return page

    def _fetch(self, line: http.client.HTTPConnection, path: str) -> tuple[int, bytes, float]:
        began = time.perf_counter()
        line.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/html"})
        answer = line.getresponse()
        body = answer.read()
        return answer.status, body, time.perf_counter() - began

    def _count(self, page: Page) -> None:
        self.client.get(page.path)
        with CaptureQueriesContext(connection) as captured:
            self.client.get(page.path)
        asked = [query for query in captured.captured_queries if not query["sql"].startswith(FRAME)]
        page.statements = len(asked)
        slowest = sorted(asked, key=lambda query: -float(query["time"]))[:2]
        page.slowest_statements = [f"{query['time']} s: {query['sql'][:400]}" for query in slowest]


def fragments(html: str) -> list[str]:
    """The addresses of parts that a page fetches as soon as it is there."""
    found = (ADDRESS.search(tag) for tag in LOADED.findall(html))
    return [match.group(1).replace("&amp;", "&") for match in found if match]


def figure(job: str, page: Page, budget_ms: float | None, statements: int | None = STATEMENTS) -> Figure:
    """The line of the table for one page."""
    p50, p95 = page.milliseconds(0.5), page.milliseconds(0.95)
    cpu = page.meter.per(len(page.times)) if page.meter else {}
    said = (
        f"p50 {p50:.0f} p95 {p95:.0f} ms, {page.statements} statements, "
        f"app {cpu.get('app_cpu_ms', 0):.0f} + PostgreSQL {cpu.get('pg_cpu_ms', 0):.0f} ms CPU"
    )
    budget = f"p95 <= {budget_ms:g} ms" if budget_ms else "-"
    budget += f", <= {statements} statements" if budget_ms and statements else ""
    met = p95 <= budget_ms and (statements is None or page.statements <= statements) if budget_ms else None
    if page.status != 200:
        said, met = f"answered {page.status}", False
    details: dict[str, object] = {
        "path": page.path, "reader": page.reader, "requests": len(page.times), "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1), "statements": page.statements, "bytes": page.bytes, **cpu,
        "slowest statements": page.slowest_statements, **(page.meter.surroundings() if page.meter else {}),
    }  # fmt: skip
    return Figure(f"{job} ({page.reader})", budget, said, met, details)


def read_all(browser: Browser, pages: Mapping[str, str], times: int, budget_ms: float) -> list[Figure]:
    """Figures of pages and of the parts they fetch by themselves, each part once."""
    found, seen = [], Counter[str]()
    for job, path in pages.items():
        page = browser.read(path, times)
        found.append(figure(job, page, budget_ms))
        for part in page.fragments:
            name = _name(part)
            seen[f"{job} {part}"] += 1
            if seen[f"{job} {part}"] == 1:
                found.append(figure(f"{job}, part {name}", browser.read(part, max(10, times // 2)), budget_ms))
    return found


def _name(address: str) -> str:
    """A short name of a part: its path without identifiers and references."""
    words = [word for word in address.partition("?")[0].split("/") if word and word.count("-") < 2]
    return " ".join(words)
