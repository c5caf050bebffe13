# SPDX-License-Identifier: Apache-2.0
"""The access matrix: bundles."""

from longwatch.access.context import acting_as
from longwatch.exchange.hook_models import DeadLetter
from longwatch.exchange.services.subscribing import subscribe
from tests.access.matrix_words import ADMINISTRATORS, MEMBERS, OUTSIDE, Group, delete, form, get, post, rows
from tests.personas import Cast

EXPORTERS = frozenset({"investigator", "lead", "supervisor"})
CASE = "/cases/{case}/export"
INCIDENT = "/incidents/{incident}/export"
SHARED = {"format": "stix", "tlp": "amber", "recipient": "The sector's MISP", "purpose": ""}
WANTED = {"audience": "internal", "recipient": "The board", "purpose": "The meeting"}
HOOKS = "/api/v1/webhooks"
HOOK = "https://soar.example.org/hooks/longwatch"
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
    Group(
        "How the installation is doing: source:manage",
        ADMINISTRATORS | OUTSIDE | {"supervisor"},
        lines=rows(get("/administration/health")),
    ),
    Group(
        "Webhooks out: account:administer",
        ADMINISTRATORS,
        lines=rows(
            form("/administration/webhooks/"),
            get("/administration/webhooks/{webhook_out}"),
            post("/administration/webhooks/{webhook_out}/pausing"),
            post("/administration/webhooks/{webhook_out}/resuming"),
            post("/administration/webhooks/events/{refused_event}/resending"),
            post("/administration/webhooks/{webhook_out}/closing"),
        ),
    ),
    Group(
        "API: webhooks out: account:administer",
        ADMINISTRATORS,
        lines=rows(
            post(HOOKS, label="SIEM", url=HOOK, patterns=["*"], account_id="{reporter}"),
            get(HOOKS),
            get(f"{HOOKS}/{{webhook_out}}"),
            get(f"{HOOKS}/{{webhook_out}}/refused"),
            post(f"{HOOKS}/{{webhook_out}}/pause"),
            post(f"{HOOKS}/{{webhook_out}}/resume"),
            post(f"{HOOKS}/events/{{refused_event}}/resend"),
            delete(f"{HOOKS}/{{webhook_out}}"),
        ),
    ),
)


def webhooks_out(cast: Cast) -> dict[str, str]:
    """A webhook out, and an event that it refused."""
    by = cast.administrator
    with acting_as(by):
        account = cast.accounts["integration"].id
        row, _secret = subscribe(label="SOAR", url=HOOK, patterns=["*"], account_id=account, by=by)
        letter = DeadLetter.objects.create(subscription=row, entry_id=1, position=0, action="incident.opened")
    return {"webhook_out": str(row.id), "refused_event": str(letter.id)}
