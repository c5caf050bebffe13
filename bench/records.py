# SPDX-License-Identifier: Apache-2.0
"""An incident and a case with ten thousand timeline entries, beside a million signals that name the same things."""

import argparse

from bench.browse import Browser, read_all
from bench.figures import Figure
from bench.installation import Installation
from bench.people import Town
from bench.records_data import long_case, long_incident
from bench.signals_data import fill_once

BUDGET_MS = 120


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Fill, then read."""
    entries = 1_000 if options.quick else 10_000
    with installation.administrator() as connection:
        fill_once(connection, town, options.signals)
        incident = long_incident(connection, town, entries, town.actors["analyst"])
        case = long_case(connection, town, entries, town.actors["analyst"])
    pages = {}
    for kind, address in (("incident", f"/incidents/{incident.reference}"), ("case", f"/cases/{case.reference}")):
        pages[f"{kind}, {entries:,} entries"] = address
        pages[f"{kind}, timeline in order of recording"] = f"{address}/timeline?order=recorded_at"
        pages[f"{kind}, six questions"] = f"{address}/six-questions"
    pages[f"case history, {entries:,} entries"] = f"/cases/{case.reference}/history"
    pages["incident, print view"] = f"/incidents/{incident.reference}/print"
    return read_all(Browser(installation, town, "analyst"), pages, 15 if options.quick else 60, BUDGET_MS)
