# SPDX-License-Identifier: Apache-2.0
"""The access matrix: holds, retention and disposals. Nobody here is a privacy officer."""

from tests.access.matrix_words import HANDLERS, HIDDEN, MEMBERS, NOBODY, Group, form, get, post, rows

NONE = "00000000-0000-7000-8000-000000000009"
COUNSEL = frozenset({"counsel"})

LIFE_CYCLE: tuple[Group, ...] = (
    Group(
        "Retention and disposal: retention:manage",
        NOBODY,
        lines=rows(
            get("/life-cycle/due"),
            get("/life-cycle/retention"),
            form("/life-cycle/retention/case-other", years=2, outcome="keep", reason="x"),
            post("/life-cycle/case/{case_id}", outcome="anonymise", basis="request", note="x"),
            get("/api/v1/disposals"),
            get(f"/api/v1/disposals/{NONE}"),
        ),
    ),
    Group(
        "Legal holds: hold:decide",
        COUNSEL,
        lines=rows(
            form("/life-cycle/holds", scope="organisation", matter="M", reason="x"),
            get("/api/v1/holds"),
            post("/api/v1/holds", scope="organisation", matter="M", reason="x"),
        ),
    ),
    Group(
        "Holds and disposals that there are not",
        NOBODY,
        answers=HIDDEN,
        lines=rows(
            form(f"/life-cycle/holds/{NONE}/release", reason="x"),
            form(f"/life-cycle/disposals/{NONE}", decision="approve"),
            get(f"/life-cycle/disposals/{NONE}/certificate.pdf"),
            get(f"/api/v1/holds/{NONE}"),
            post(f"/api/v1/holds/{NONE}/release", reason="x"),
            form("/life-cycle/case/{case_id}/hold", matter="M", reason="x"),
        ),
    ),
    Group(
        "The life cycle of a case: its members",
        MEMBERS,
        lines=rows(get("/life-cycle/case/{case_id}"), get("/life-cycle/case/{case_id}/chip")),
    ),
    Group(
        "The life cycle of an incident: who reads it",
        HANDLERS,
        lines=rows(get("/life-cycle/incident/{incident_id}"), get("/life-cycle/incident/{incident_id}/chip")),
    ),
)
