# SPDX-License-Identifier: Apache-2.0
"""A bundle with a thousand exhibits: how long the worker takes and what it needs, and pages while it does."""

import argparse
import http.client
import os
import time
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
MINUTES, PAGE_MS = 5, 120
UNFINISHED = {ExportStatus.QUEUED}


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Fill a case, ask for its bundle, read pages until it is there."""
    exhibits, actor = 50 if options.quick else 1_000, town.actors[READER]
    case = _case(actor, exhibits)
    pages = ("/inbox", f"/cases/{case.reference}", f"/cases/{case.reference}/export")
    reader = _Reader(installation, town.session(READER), pages)
    quiet = [reader.read() for _ in range(30)]
    worker = installation.groups()["worker"][0]
    forget_peak(worker)
    before, memory = cpu_of(worker), peak_of(worker)
    with acting_as(actor):
        asked = request_export(case_ref(case), audience="internal", recipient="Court", purpose="Hearing", by=actor)
    with Meter(installation.roots) as meter:
        busy = []
        while _status(actor, asked.id) in UNFINISHED:
            busy += [reader.read() for _ in pages]
    with acting_as(actor):
        made = Export.objects.get(id=asked.id)
    seconds, p95 = meter.seconds, percentile(busy, 0.95) * 1000
    said = (
        f"{seconds:.0f} s, {(made.size or 0) / 1e6:.0f} MB, worker {cpu_of(worker) - before:.0f} s CPU and at most "
        f"{peak_of(worker) / 1e6:.0f} MB ({memory / 1e6:.0f} before); pages meanwhile p50 "
        f"{percentile(busy, 0.5) * 1000:.0f} p95 {p95:.0f} ms, "
        f"before p95 {percentile(quiet, 0.95) * 1000:.0f} ms"
    )
    met = (
        made.status == ExportStatus.READY and meter.seconds <= MINUTES * 60 and percentile(busy, 0.95) * 1000 <= PAGE_MS
    )
    details = {
        "exhibits": exhibits, "status": made.status, "seconds": seconds, "pages read": len(busy),
        "slowest page ms": max(busy, default=0) * 1000, **meter.surroundings(),
    }  # fmt: skip
    budget = f"<= {MINUTES} minutes, pages p95 <= {PAGE_MS} ms"
    return [Figure(f"bundle of a case with {exhibits:,} exhibits of 100 kB", budget, said, met, details)]


class _Reader:
    """Reads pages in turn."""

    def __init__(self, installation: Installation, cookie: str, pages: tuple[str, ...]) -> None:
        self._line = http.client.HTTPConnection(HOST, installation.port, timeout=120)
        self._cookie, self._pages, self._read = cookie, pages, 0

    def read(self) -> float:
        """The seconds that the next page took."""
        path = self._pages[self._read % len(self._pages)]
        self._read += 1
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
            file = SimpleUploadedFile(f"letter-{number}.bin", os.urandom(EXHIBIT_BYTES))
            add_exhibit(case_ref(case), file, name="", note="", by=actor)
    return case


def _status(actor: Actor, export_id: UUID) -> str:
    with acting_as(actor):
        return str(Export.objects.values_list("status", flat=True).get(id=export_id))
