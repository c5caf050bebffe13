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
            post(f"/life-cycle/disposals/{NONE}/taking-up"),
            form(f"/life-cycle/signals/{NONE}"),
            form("/life-cycle/case/{case_id}/person", words="Somebody", note="x"),
            get("/api/v1/disposals"),
            get(f"/api/v1/disposals/{NONE}"),
            post(f"/api/v1/disposals/{NONE}/taking-up"),
        ),
    ),
    Group(
        "Requests of data subjects: privacy:subject_request",
        NOBODY,
        lines=rows(
            form("/life-cycle/requests", kind="access", person="x", asker="x"),
            form(f"/life-cycle/requests/{NONE}", answer="granted", note="x"),
            post(f"/life-cycle/requests/{NONE}/search"),
            form(f"/life-cycle/requests/{NONE}/extension", reason="x"),
            post(f"/life-cycle/requests/{NONE}/package.pdf"),
            form(f"/life-cycle/findings/{NONE}", choice="withhold"),
            get("/api/v1/subject-requests"),
            post(
                "/api/v1/subject-requests",
                kind="access",
                person="x",
                asker="x",
                identity_check="x",
                received_on="2026-01-01",
            ),
            get(f"/api/v1/subject-requests/{NONE}"),
            post(f"/api/v1/subject-requests/{NONE}/search"),
            post(f"/api/v1/subject-requests/{NONE}/extension", until="2026-03-01", reason="x"),
            post(f"/api/v1/subject-requests/{NONE}/answer", answer="granted", note="x"),
            post(f"/api/v1/subject-findings/{NONE}/decision", choice="withhold"),
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
            get("/life-cycle/signal/{case_id}"),
            get("/life-cycle/signal/{other_signal}"),
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
