# SPDX-License-Identifier: Apache-2.0
"""Lists, board, search and history at a million signals under row security, for two kinds of readers."""

import argparse
from urllib.parse import urlencode

from bench.browse import Browser, read_all
from bench.figures import Figure
from bench.installation import Installation
from bench.people import Town
from bench.records_data import Made, fill_incidents
from bench.signals_data import COMMON_WORD, RARE_WORD, fill_once, identity, thing
from longwatch.access.context import acting_as
from longwatch.intake.inbox import InboxFilter, inbox

BUDGET_MS = 60
# The first address recurs in thousands of signals; incidents name both.
POPULAR, RARE = 0, 15_600


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Fill, then read."""
    with installation.administrator() as connection:
        fill_once(connection, town, options.signals)
        made = fill_incidents(connection, town, 200 if options.quick else 5_000)
        connection.execute("checkpoint")
    times = 15 if options.quick else 60
    found = []
    for reader in ("analyst", "hr"):
        browser = Browser(installation, town, reader)
        found += read_all(browser, _pages(installation, town, reader, made), times, BUDGET_MS)
    return found


def _pages(installation: Installation, town: Town, reader: str, made: Made) -> dict[str, str]:
    popular, rare = (identity(town, "ip", number) for number in (POPULAR, RARE))
    entity = {"entity": str(popular)}
    return {
        "inbox": "/inbox",
        "inbox, most severe first": "/inbox?sort=severe",
        "inbox, rows after a cursor": _next_rows(town, reader),
        "inbox, one severity": "/inbox?severity=4",
        "inbox, rare word": _query("/inbox", words=RARE_WORD),
        "inbox, common word": _query("/inbox", words=COMMON_WORD),
        "inbox, popular address": _query("/inbox", **entity),
        "inbox, what was judged": "/inbox?show=judged",
        "board": "/board",
        "incidents": "/incidents",
        "search, rare word": _query("/search", q=RARE_WORD),
        "search, common word": _query("/search", q=COMMON_WORD),
        "search, two words": _query("/search", q=f"{COMMON_WORD} login aeee"),
        "search, popular address": _query("/search", q=thing("ip", POPULAR)),
        "search, rare address": _query("/search", q=thing("ip", RARE)),
        "search, suggestions": _query("/search/suggestions", q=f"{COMMON_WORD} lo"),
        "incidents, words": _query("/incidents", q="trespass"),
        "search, reference": _query("/search/suggestions", q=made.reference),
        "entity, popular address": f"/entities/{popular}",
        "entity, rare address": f"/entities/{rare}",
        "entities": "/entities",
        "signal": f"/signals/{_open_signal(installation, town, reader)}",
    }


def _query(path: str, **values: str) -> str:
    return f"{path}?{urlencode(values)}"


def _open_signal(installation: Installation, town: Town, reader: str) -> str:
    """An open signal that the reader may see and that names the most popular host."""
    compartment = town.compartments["SOC" if reader == "analyst" else "Letters"]
    with installation.administrator() as connection:
        row = connection.execute(
            "select id from intake_signal where compartment_id = %s and status = 'new' and version = 1"
            " order by (%s = any (entity_ids)) desc, first_seen desc limit 1",
            [compartment.id, identity(town, "host", 0)],
        ).fetchone()
    return str(row[0]) if row else ""


def _next_rows(town: Town, reader: str) -> str:
    """The second page of the inbox, as scrolling asks for it."""
    actor = town.actors[reader]
    with acting_as(actor):
        cursor = inbox(actor, InboxFilter()).page().next_cursor
    return _query("/inbox/rows", after=cursor or "")
