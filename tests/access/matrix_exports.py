# SPDX-License-Identifier: Apache-2.0
"""The access matrix: bundles."""

from tests.access.matrix_words import MEMBERS, Group, delete, form, get, post, rows

EXPORTERS = frozenset({"investigator", "lead", "supervisor"})
CASE = "/cases/{case}/export"
INCIDENT = "/incidents/{incident}/export"
SHARED = {"format": "stix", "tlp": "amber", "recipient": "The sector's MISP", "purpose": ""}
WANTED = {"audience": "internal", "recipient": "The board", "purpose": "The meeting"}
DECIDED = {"audience": "regulator", "item_kind": "record", "choice": "withhold", "ground": "secret", "reason": "Trade"}

EXPORTS: tuple[Group, ...] = (
    Group(
        "Bundles of a case: record:export of members",
        MEMBERS,
        lines=rows(
            form(CASE, **WANTED),
            get(f"{CASE}/bundles"),
            form(f"{CASE}/review", **DECIDED, item_id="{case_id}"),
            form("/cases/{case}/share", **SHARED),
            post("/exports/{export}/cancellation"),
        ),
    ),
    Group(
        "The file of a bundle that is not ready: whoever asked for it",
        frozenset({"lead"}),
        forbidden=frozenset({"hr"}),
        answers=frozenset({409}),
        lines=rows(get("/exports/{export}/file"), get("/api/v1/exports/{export}/file")),
    ),
    Group(
        "Bundles of an incident: record:export in Operations",
        EXPORTERS,
        forbidden=frozenset({"analyst", "responder"}),
        lines=rows(
            form(INCIDENT, **WANTED),
            get(f"{INCIDENT}/bundles"),
            form(f"{INCIDENT}/review", **DECIDED, item_id="{incident_id}"),
            form("/incidents/{incident}/share", **SHARED),
        ),
    ),
    Group(
        "API: bundles of a case: record:export of members",
        MEMBERS,
        lines=rows(
            post("/api/v1/exports?of=case", record_kind="case", record_id="{case_id}", **WANTED),
            post("/api/v1/exports/files?of=case", record_kind="case", record_id="{case_id}", **SHARED),
            get("/api/v1/exports?record_kind=case&record_id={case_id}"),
            get("/api/v1/exports/{export}"),
        ),
    ),
    Group(
        "API: calling off a bundle",
        MEMBERS,
        lines=rows(delete("/api/v1/exports/{export}")),
    ),
    Group(
        "API: bundles of an incident: record:export in Operations",
        EXPORTERS,
        forbidden=frozenset({"analyst", "responder"}),
        lines=rows(
            post("/api/v1/exports?of=incident", record_kind="incident", record_id="{incident_id}", **WANTED),
            post("/api/v1/exports/files?of=incident", record_kind="incident", record_id="{incident_id}", **SHARED),
            get("/api/v1/exports?record_kind=incident&record_id={incident_id}"),
        ),
    ),
)
