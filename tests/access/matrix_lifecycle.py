# SPDX-License-Identifier: Apache-2.0
"""The access matrix: holds, retention, disposals and requests of data subjects; tests/access/matrix_world_rights.py."""

from tests.access.matrix_words import HANDLERS, HIDDEN, JUDGES, MEMBERS, NOBODY, Group, form, get, post, rows

COUNSEL = frozenset({"counsel"})
PRIVACY = frozenset({"privacy"})
# Of the closed cases: who is inside, and who of them decides as the second person.
DECIDE = frozenset({"counsel", "lead", "supervisor"})
WORK_THERE = frozenset({"analyst", "investigator"})
INSIDE = DECIDE | WORK_THERE
REQUEST = "/life-cycle/requests/{request}"
API_REQUEST = "/api/v1/subject-requests/{request}"
ASKED = {
    "kind": "access", "person": "Jane Roe", "asker": "Herself", "identity_check": "Passport",
    "received_on": "2026-01-31",
}  # fmt: skip
LATER = {"until": "2026-04-01", "reason": "Many records"}

LIFE_CYCLE: tuple[Group, ...] = (
    Group(
        "Retention and disposal: retention:manage",
        PRIVACY,
        lines=rows(
            get("/life-cycle/due"),
            get("/life-cycle/retention"),
            form("/life-cycle/retention/case-other", years=2, outcome="keep", reason="x"),
            post("/life-cycle/case/{held_case}", outcome="anonymise", basis="request", note="x"),
            post("/life-cycle/case/{case_id}", outcome="anonymise", basis="request", note="x"),
            post("/life-cycle/disposals/{approved_disposal}/taking-up"),
            form("/life-cycle/signals/{signals_place}"),
            form("/life-cycle/case/{case_id}/person", words="Known only to", note="x"),
            get("/api/v1/disposals"),
            get("/api/v1/disposals/{disposal}"),
            get("/api/v1/disposals/{gone_disposal}"),
            post("/api/v1/disposals/{approved_disposal}/taking-up"),
        ),
    ),
    Group(
        "A disposal: whoever is inside the record, and privacy officers",
        INSIDE | PRIVACY,
        lines=rows(
            get("/life-cycle/disposals/{disposal}"),
            get("/life-cycle/disposals/{person_disposal}"),
            get("/life-cycle/disposals/{gone_disposal}"),
            get("/life-cycle/disposals/{gone_disposal}/certificate.pdf"),
        ),
    ),
    Group(
        "Deciding about a disposal: the lead, and the roles that decide; never whoever proposed it",
        DECIDE,
        forbidden=WORK_THERE,
        lines=rows(
            post("/life-cycle/disposals/{disposal}", decision="approve"),
            post("/life-cycle/disposals/{person_disposal}", decision="keep", until="2099-01-01", reason="x"),
        ),
    ),
    Group(
        "A disposal of signals that never joined a record: whoever reads that place, and privacy officers",
        JUDGES | PRIVACY,
        lines=rows(get("/life-cycle/disposals/{signals_disposal}")),
    ),
    Group(
        "Deciding about signals that never joined a record: who may close incidents, inside their place",
        JUDGES,
        lines=rows(post("/life-cycle/disposals/{signals_disposal}", decision="approve")),
    ),
    Group(
        "A certificate of what did not go",
        NOBODY,
        answers=HIDDEN,
        lines=rows(get("/life-cycle/disposals/{disposal}/certificate.pdf")),
    ),
    Group(
        "Requests of data subjects: privacy:subject_request",
        PRIVACY,
        lines=rows(
            form("/life-cycle/requests", **ASKED),
            form(REQUEST, answer="granted", note="x"),
            post("/life-cycle/requests/{bare_request}", answer="nothing", note="x"),
            post(f"{REQUEST}/search"),
            form(f"{REQUEST}/extension", **LATER),
            post(f"{REQUEST}/package.pdf"),
            post(f"{REQUEST}/package.json"),
            form("/life-cycle/findings/{account_finding}", choice="disclose", extract="You have an account."),
            get("/api/v1/subject-requests"),
            post("/api/v1/subject-requests", **ASKED),
            get(API_REQUEST),
            post(f"{API_REQUEST}/search"),
            post(f"{API_REQUEST}/extension", **LATER),
            post("/api/v1/subject-requests/{bare_request}/answer", answer="nothing", note="x"),
            post("/api/v1/subject-findings/{account_finding}/decision", choice="withhold", ground="claims"),
        ),
    ),
    Group(
        "What was found in a case: whoever is inside sees that it waits; the privacy officer, who asked, reads no case",
        INSIDE,
        lines=rows(get("/life-cycle/findings/{case_finding}")),
    ),
    Group(
        "Deciding what a data subject gets to read of a case: the lead, and the roles that decide",
        DECIDE,
        forbidden=WORK_THERE,
        lines=rows(
            post("/life-cycle/findings/{case_finding}", choice="withhold", ground="claims"),
            post("/api/v1/subject-findings/{case_finding}/decision", choice="withhold", ground="claims"),
        ),
    ),
    Group(
        "What a data subject gets to read of a signal: whoever judges signals",
        JUDGES,
        lines=rows(
            form("/life-cycle/findings/{signal_finding}", choice="withhold", ground="claims"),
            post("/api/v1/subject-findings/{signal_finding}/decision", choice="withhold", ground="claims"),
        ),
    ),
    Group(
        "Legal holds: hold:decide, each in one's own organisation; on a record, inside it",
        COUNSEL,
        lines=rows(
            form("/life-cycle/holds", scope="organisation", matter="M", reason="x"),
            get("/api/v1/holds"),
            post("/api/v1/holds", scope="organisation", matter="M", reason="x"),
            form("/life-cycle/holds/{hold}/release", reason="x"),
            form("/life-cycle/holds/{wide_hold}/release", reason="x"),
            get("/api/v1/holds/{hold}"),
            get("/api/v1/holds/{wide_hold}"),
            post("/api/v1/holds/{hold}/release", reason="x"),
            form("/life-cycle/case/{held_case}/hold", matter="M", reason="x"),
            post(
                "/api/v1/holds?on=record",
                scope="record",
                record_kind="case",
                record_id="{held_case}",
                matter="M",
                reason="x",
            ),
        ),
    ),
    Group(
        "Pages that there are not: a hold on a case that counsel is outside of, the life cycle of one signal",
        NOBODY,
        answers=HIDDEN,
        lines=rows(
            form("/life-cycle/case/{case_id}/hold", matter="M", reason="x"),
            get("/life-cycle/signal/{case_id}"),
            get("/life-cycle/signal/{other_signal}"),
        ),
    ),
    Group(
        "The life cycle of a case: its members, and privacy officers",
        MEMBERS | PRIVACY,
        lines=rows(get("/life-cycle/case/{case_id}")),
    ),
    Group(
        "What a case's own page shows of it: its members", MEMBERS, lines=rows(get("/life-cycle/case/{case_id}/chip"))
    ),
    Group(
        "The life cycle of closed cases: their members, and privacy officers",
        INSIDE | PRIVACY,
        lines=rows(
            get("/life-cycle/case/{going_case}"),
            get("/life-cycle/case/{held_case}"),
            get("/life-cycle/case/{gone_case}"),
        ),
    ),
    Group(
        "What a closed case's own page shows of it: its members",
        INSIDE,
        lines=rows(get("/life-cycle/case/{going_case}/chip"), get("/life-cycle/case/{held_case}/chip")),
    ),
    Group(
        "The life cycle of an incident: who reads it, and privacy officers",
        HANDLERS | PRIVACY,
        lines=rows(get("/life-cycle/incident/{incident_id}")),
    ),
    Group(
        "What an incident's own page shows of it: who reads it",
        HANDLERS,
        lines=rows(get("/life-cycle/incident/{incident_id}/chip")),
    ),
)
