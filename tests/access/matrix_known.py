# SPDX-License-Identifier: Apache-2.0
"""The access matrix: results, loaded lists, the inventory and watch-lists; and one of each for it."""

from datetime import timedelta
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.services.analyzers import Allowed, set_up
from longwatch.enrichment.services.analyzing import Asked, ask
from longwatch.enrichment.services.feeds import Feeding, open_feed
from longwatch.enrichment.services.intel import load
from longwatch.enrichment.services.inventory import add_item
from longwatch.enrichment.services.watching import make_watchlist, watch
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents import selectors as incidents
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.intake import selectors as signals
from longwatch.search.services.identifying import mark, merge
from tests.access.matrix_words import (
    ADMINISTRATORS,
    HANDLERS,
    JUDGES,
    MEMBERS,
    OUTSIDE,
    SEARCHERS,
    Group,
    delete,
    form,
    get,
    patch,
    post,
    rows,
)
from tests.personas import Cast

ITEM = "/inventory/items/{item}"
API_ITEM = "/api/v1/inventory/items/{item}"
LIST = "/watch-lists/{watchlist}"
ENTITY = "/api/v1/entities/{known_entity}"
ENTITY_PAGE = "/entities/{known_entity}"
BASIS = {"record_kind": "incident", "record_id": "{known_incident}", "reason": "Why"}
API_LIST = "/api/v1/watch-lists/{watchlist}"
NEW = {"name": "web2", "identifiers": "host:web2", "criticality": "normal"}
END = "2026-12-31T00:00:00Z"
WRITERS = frozenset({"supervisor"})
ANSWERS = "/analyses/of/{kind}/{{{name}}}"
OF_SIGNAL, OF_INCIDENT, OF_CASE = (
    ANSWERS.format(kind=kind, name=name)
    for kind, name in (("signal", "signal"), ("incident", "incident_id"), ("case", "case_id"))
)
API_OF_SIGNAL, API_OF_INCIDENT, API_OF_CASE = (
    f"/api/v1/records/{of.removeprefix('/analyses/of/')}/analyses" for of in (OF_SIGNAL, OF_INCIDENT, OF_CASE)
)
PAGE_QUESTION = {"thing": "ip::192.0.2.7", "analyzers": ["{analyzer}"]}
BOUNDS = {"max_tlp": "2", "max_pap": "2", "seconds": "60", "megabytes": "512", "hours": "24"}
FEEDS = "/administration/intelligence/feeds"
FEED = {
    "label": "New", "kind": "misp_feed", "url": "https://feed.invalid", "scheme": "none", "interval_seconds": "3600",
}  # fmt: skip
API_FEED = {"label": "Newer", "kind": "misp_feed", "url": "https://feed.invalid"}
QUESTION = {"analyzer": "Tiny_Pages", "kind": "ip", "value": "192.0.2.7"}

KNOWN: tuple[Group, ...] = (
    Group(
        "What is known about a signal: signal:read",
        JUDGES,
        lines=rows(get("/signals/{signal}/enrichment"), get("/api/v1/signals/{signal}/enrichment")),
    ),
    Group(
        "What is known about an incident's signals, as far as one sees them: incident:read",
        HANDLERS | OUTSIDE,
        lines=rows(get("/enrichment/{incident_id}")),
    ),
    Group(
        "Loaded lists: source:manage",
        ADMINISTRATORS | WRITERS | OUTSIDE,
        lines=rows(get("/administration/intelligence/"), get("/api/v1/intelligence")),
    ),
    Group(
        "A loaded list: source:manage in its organisation",
        ADMINISTRATORS | WRITERS,
        lines=rows(post("/administration/intelligence/{dataset}/removal")),
    ),
    Group(
        "Feeds: source:manage",
        ADMINISTRATORS | WRITERS | OUTSIDE,
        lines=rows(
            form(FEEDS, **FEED),
            get("/api/v1/feeds"),
            post("/api/v1/feeds", **API_FEED),
            post("/api/v1/feeds/trial", **API_FEED),
        ),
    ),
    Group(
        "A feed: source:manage in its organisation",
        ADMINISTRATORS | WRITERS,
        lines=rows(
            form(f"{FEEDS}/{{feed}}", **FEED),
            post(f"{FEEDS}/{{feed}}/switching", on="1"),
            post(f"{FEEDS}/{{feed}}/fetching"),
            post(f"{FEEDS}/{{feed}}/closing"),
            get("/api/v1/feeds/{feed}"),
            patch("/api/v1/feeds/{feed}", interval_seconds=900),
            post("/api/v1/feeds/{feed}/trial"),
            post("/api/v1/feeds/{feed}/fetch"),
            delete("/api/v1/feeds/{feed}"),
        ),
    ),
    Group(
        "The inventory: entity:read",
        SEARCHERS | OUTSIDE,
        lines=rows(get("/inventory/assets"), get("/inventory/identities"), get("/api/v1/inventory/items")),
    ),
    Group(
        "Writing the inventory: source:manage, of those who read it",
        WRITERS | OUTSIDE,
        forbidden=SEARCHERS - WRITERS,
        lines=rows(
            post("/inventory/assets", **NEW),
            post("/inventory/identities", **NEW),
            post("/api/v1/inventory/items", what="asset", name="web3"),
            post("/api/v1/inventory/imports", what="asset", csv="name\nweb4\n"),
        ),
    ),
    Group(
        "Tables: source:manage, of those who read the inventory",
        WRITERS | OUTSIDE,
        lines=rows(
            form("/inventory/assets/import", text="name\nweb5\n"),
            form("/inventory/identities/import", text="name\nAna\n"),
        ),
    ),
    Group(
        "An asset: entity:read in Operations",
        HANDLERS,
        lines=rows(get(ITEM), get(API_ITEM)),
    ),
    Group(
        "Changing an asset: source:manage in Operations",
        WRITERS,
        forbidden=HANDLERS - WRITERS,
        lines=rows(
            post(ITEM, **NEW),
            post(f"{ITEM}/removal"),
            patch(API_ITEM, owner="Ops"),
            delete(API_ITEM),
        ),
    ),
    Group(
        "What is said of an entity: entity:read, and incident:read in Operations",
        HANDLERS,
        lines=rows(
            get(f"{ENTITY}/identities"),
            get(f"{ENTITY}/markings"),
            get(f"{ENTITY}/suggestions"),
            get(f"{ENTITY}/sightings"),
            get("/api/v1/graph?node=entity:{known_entity}"),
            get("/entities/graph?start=incident:{known_incident}"),
            get("/entities/graph/neighbours?node=entity:{known_entity}"),
            get(f"{ENTITY_PAGE}/suggestions"),
        ),
    ),
    Group(
        "Saying something of an entity: incident:work on what it rests on",
        HANDLERS,
        lines=rows(
            post(f"{ENTITY}/identities", kind="email", value="kara@example.org", **BASIS),
            delete(f"{ENTITY}/identities/{{said}}"),
            post(f"{ENTITY}/markings", tlp="amber", **BASIS),
            delete(f"{ENTITY}/markings/{{marking}}"),
            form(f"{ENTITY_PAGE}/merging", kind="phone", value="+4930123", basis="{known_basis}", reason="Why"),
            form(f"{ENTITY_PAGE}/marking", tlp="green", basis="{known_basis}", reason="Why"),
            post(f"{ENTITY_PAGE}/said/{{said}}/end"),
            post(f"{ENTITY_PAGE}/markings/{{marking}}/end"),
        ),
    ),
    Group(
        "Watch-lists: signal:triage",
        JUDGES | OUTSIDE,
        lines=rows(
            form("/watch-lists", name="W", reason="Why", days="3"),
            get("/api/v1/watch-lists"),
            post("/api/v1/watch-lists", name="V", reason="Why", expires_at=END),
        ),
    ),
    Group(
        "A watch-list: signal:triage in Operations",
        JUDGES,
        lines=rows(
            form(LIST, kind="ip", value="192.0.2.9"),
            post(f"{LIST}/entries/{{watched}}/removal"),
            get(API_LIST),
            patch(API_LIST, reason="Because"),
            get(f"{API_LIST}/entries"),
            post(f"{API_LIST}/entries", kind="ip", value="192.0.2.8"),
            delete(f"{API_LIST}/entries/{{watched}}"),
            post(f"{LIST}/end"),
        ),
    ),
    Group(
        "Analyzers: account:administer",
        ADMINISTRATORS,
        lines=rows(
            get("/administration/analyzers/"),
            form("/administration/analyzers/Tiny_Pages", **BOUNDS),
            get("/api/v1/analyzers"),
            patch("/api/v1/analyzers/Tiny_Pages", hours=2),
        ),
    ),
    Group(
        "Which analyzers may be asked: entity:read", SEARCHERS | OUTSIDE, lines=rows(get("/api/v1/analyzers/enabled"))
    ),
    Group(
        "Answers about a signal: signal:read, where signals are",
        JUDGES,
        lines=rows(
            get(OF_SIGNAL),
            get(f"{OF_SIGNAL}/panel"),
            get(f"{OF_SIGNAL}/{{analysis}}"),
            get(API_OF_SIGNAL),
            get(f"{API_OF_SIGNAL}/{{analysis}}"),
            post(OF_SIGNAL, **PAGE_QUESTION),
            post(API_OF_SIGNAL, **QUESTION),
        ),
    ),
    Group(
        "Answers about an incident: incident:read and incident:work in Operations",
        HANDLERS,
        lines=rows(
            get(OF_INCIDENT),
            get(f"{OF_INCIDENT}/panel"),
            get(f"{OF_INCIDENT}/{{incident_analysis}}"),
            get(API_OF_INCIDENT),
            get(f"{API_OF_INCIDENT}/{{incident_analysis}}"),
            post(OF_INCIDENT, **PAGE_QUESTION),
            post(API_OF_INCIDENT, **QUESTION),
            post(f"{OF_INCIDENT}/{{incident_analysis}}/proposals", artifact="0"),
        ),
    ),
    Group(
        "Answers about a case: its members",
        MEMBERS,
        lines=rows(
            get(OF_CASE),
            get(f"{OF_CASE}/panel"),
            get(API_OF_CASE),
            post(OF_CASE, **PAGE_QUESTION),
            post(API_OF_CASE, **QUESTION),
        ),
    ),
)


def make_known(cast: Cast, signal_id: str, incident_id: str) -> dict[str, str]:
    """One of everything that is known."""
    with acting_as(cast.supervisor):
        item = add_item("asset", {"name": "web1", "identifiers": ["host:web1"]}, by=cast.supervisor)
        watchlist = make_watchlist(
            name="Heron", reason="Why", expires_at=clock.now() + timedelta(days=9), by=cast.supervisor
        )
        watched = watch(watchlist.id, kind="ip", value="192.0.2.7", by=cast.supervisor)
        feed = open_feed(Feeding("OSINT", "misp_feed", "https://feed.invalid"), by=cast.supervisor)
        [dataset] = load(read_bytes(b"192.0.2.7\n", "list.txt"), by=cast.supervisor)
        incident = open_incident(title="Seen twice", category="FA-01", restricted=False, by=cast.supervisor)
        record = incident_ref(incident)
        known = add_mention(record, kind="person", value="Kara", by=cast.supervisor).entity_id
        said = merge(known, kind="person", value="Karo", record=record, reason="Why", by=cast.supervisor)
        marking = mark(known, tlp="green", record=record, reason="Why", by=cast.supervisor)
    with acting_as(cast.administrator):
        analyzer = set_up("Tiny_Pages", Allowed(enabled=True, network=True), {}, by=cast.administrator)
    with acting_as(cast.analyst):
        places = (
            signals.signal_ref(signals.signal(UUID(signal_id))),
            incidents.incident_ref(incidents.incident(UUID(incident_id))),
        )
        analysis, other = (ask(place, analyzer.id, Asked("ip", "192.0.2.6"), by=cast.analyst) for place in places)
    return {
        "analyzer": str(analyzer.id), "analysis": str(analysis.id), "incident_analysis": str(other.id),
        "feed": str(feed.id), "item": str(item.id),
        "watchlist": str(watchlist.id), "watched": str(watched.id), "dataset": str(dataset.id),
        "known_entity": str(known), "known_incident": str(incident.id), "said": str(said.id),
        "marking": str(marking.id), "known_basis": f"incident:{record.id}:{record.compartment_id}",
    }  # fmt: skip
