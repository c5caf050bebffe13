# SPDX-License-Identifier: Apache-2.0
"""A bundle with a thousand exhibits: how long the worker takes and what it needs, and pages while it does."""

import argparse
import http.client
import os
import time
from collections.abc import Sequence
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.load import percentile
from bench.machine import Meter, cpu_of, forget_peak, peak_of
from bench.people import Town
from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.opening import open_case
from longwatch.core.actor import Actor
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.exchange.models import Export, ExportStatus
from longwatch.exchange.services.requesting import request_export

READER = "hr"
EXHIBIT_BYTES = 100_000
# Each of so many is a program, which leaves in an encrypted archive.
ONE_OF = 20
MINUTES, PAGE_MS = 5, 120
WARM, QUIET = 3, 40
UNFINISHED = {ExportStatus.QUEUED}


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Fill a case, ask for its bundle, read pages until it is there."""
    exhibits, actor = 50 if options.quick else 1_000, town.actors[READER]
    case = _case(actor, exhibits)
    # The preview of the bundle reads the whole case by itself, so its time is told apart.
    pages, preview = ("/inbox", f"/cases/{case.reference}"), f"/cases/{case.reference}/export"
    reader = _Reader(installation, town.session(READER), (*pages, preview))
    reader.rounds(WARM)
    quiet = reader.rounds(QUIET)
    worker = installation.groups()["worker"][0]
    forget_peak(worker)
    cpu, memory = cpu_of(worker), peak_of(worker)
    with acting_as(actor):
        asked = request_export(case_ref(case), audience="internal", recipient="Court", purpose="Hearing", by=actor)
    busy: list[tuple[str, float]] = []
    with Meter(installation.roots) as meter:
        while _status(actor, asked.id) in UNFINISHED:
            busy += reader.rounds(1)
    with acting_as(actor):
        made = Export.objects.get(id=asked.id)
    seconds, p95 = meter.seconds, _p(_of(busy, pages), 0.95)
    beside, before = _of(busy, pages), _of(quiet, pages)
    said = (
        f"{seconds:.0f} s, {(made.size or 0) / 1e6:.0f} MB, worker {cpu_of(worker) - cpu:.0f} s CPU and at most "
        f"{peak_of(worker) / 1e6:.0f} MB ({memory / 1e6:.0f} before); inbox and case meanwhile p50 "
        f"{_p(beside, 0.5):.0f} p95 {p95:.0f} ms, before p50 {_p(before, 0.5):.0f} p95 {_p(before, 0.95):.0f} ms; "
        f"its preview p95 {_p(_of(busy, [preview]), 0.95):.0f} ms, before {_p(_of(quiet, [preview]), 0.95):.0f} ms"
    )
    met = made.status == ExportStatus.READY and seconds <= MINUTES * 60 and p95 <= PAGE_MS
    details = {
        "exhibits": exhibits, "archived": made.counts.get("archived"), "status": made.status, "seconds": seconds,
        "pages read": len(busy), "p95 by page ms": {"before": _by_page(quiet), "meanwhile": _by_page(busy)},
        "slowest page ms": max(taken for _, taken in busy) * 1000, **meter.surroundings(),
    }  # fmt: skip
    budget = f"<= {MINUTES} minutes, pages p95 <= {PAGE_MS} ms"
    job = f"bundle of a case with {exhibits:,} exhibits of 100 kB, one of {ONE_OF} a program"
    return [Figure(job, budget, said, met, details)]


def _p(read: Sequence[tuple[str, float]], share: float) -> float:
    """The milliseconds within which this share of the pages came."""
    return percentile([taken for _, taken in read], share) * 1000


def _of(read: Sequence[tuple[str, float]], paths: Sequence[str]) -> list[tuple[str, float]]:
    return [each for each in read if each[0] in paths]


def _by_page(read: Sequence[tuple[str, float]]) -> dict[str, float]:
    paths = dict.fromkeys(path for path, _ in read)
    return {path: round(_p(_of(read, [path]), 0.95), 1) for path in paths}


class _Reader:
    """Reads pages in turn."""

    def __init__(self, installation: Installation, cookie: str, pages: tuple[str, ...]) -> None:
        self._line = http.client.HTTPConnection(HOST, installation.port, timeout=120)
        self._cookie, self._pages = cookie, pages

    def rounds(self, count: int) -> list[tuple[str, float]]:
        """Every page so many times, with the seconds that it took."""
        return [(path, self._read(path)) for _ in range(count) for path in self._pages]

    def _read(self, path: str) -> float:
        began = time.perf_counter()
        self._line.request("GET", path, headers={"Cookie": self._cookie, "Accept": "text/html"})
        answer = self._line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return time.perf_counter() - began


def _case(actor: Actor, exhibits: int) -> Case:
    with acting_as(actor):
        case = open_case(title="The letters", type="threat_assessment", by=actor)
    for number in range(exhibits):
        with acting_as(actor):
            name = f"letter-{number}.{'exe' if number % ONE_OF == 0 else 'bin'}"
            file = SimpleUploadedFile(name, os.urandom(EXHIBIT_BYTES))
            add_exhibit(case_ref(case), file, name="", note="", by=actor)
    return case


def _status(actor: Actor, export_id: UUID) -> str:
    with acting_as(actor):
        return str(Export.objects.values_list("status", flat=True).get(id=export_id))
