# SPDX-License-Identifier: Apache-2.0
"""The access matrix: rules that keep alerts quiet, and one of them for it."""

from datetime import timedelta
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.intake.services.canaries import send_canary
from longwatch.intake.services.quieting import Quiet, keep_quiet
from tests.access.matrix_words import ADMINISTRATORS, JUDGES, OUTSIDE, Group, delete, form, get, patch, post, rows
from tests.personas import Cast

RULE = "/quiet-rules/{quiet_rule}"
CANARY = "/administration/sources/{source}/canary"
API_CANARIES = "/api/v1/sources/{source}/canaries"
CONDITIONS = [{"field": "title", "op": "is", "values": ["Heron"]}]
END = (clock.now() + timedelta(days=3)).isoformat()

QUIET: tuple[Group, ...] = (
    Group(
        "Rules that keep alerts quiet: signal:read and signal:triage, each in one's own organisation",
        JUDGES | OUTSIDE,
        lines=rows(
            get("/quiet-rules"),
            form("/quiet-rules/new"),
            get("/api/v1/quiet-rules"),
            post("/api/v1/quiet-rules", name="W", reason="Why", conditions=CONDITIONS, expires_at=END),
            post("/api/v1/quiet-rules/preview", conditions=CONDITIONS),
        ),
    ),
    Group(
        "A rule that keeps alerts quiet: signal:triage in Signals",
        JUDGES,
        lines=rows(
            form(RULE),
            get(f"/api/v1{RULE}"),
            patch(f"/api/v1{RULE}", expires_at=END, reason="Not done yet"),
            post(f"{RULE}/end"),
            delete(f"/api/v1{RULE}"),
        ),
    ),
    Group(
        "The canaries of a source: source:manage",
        ADMINISTRATORS | {"supervisor"},
        lines=rows(form(CANARY), get(API_CANARIES)),
    ),
    Group(
        "Sending a canary: source:manage and signal:triage, in Signals",
        frozenset({"supervisor"}),
        forbidden=ADMINISTRATORS,
        lines=rows(
            post(API_CANARIES, way="own"),
            post(f"{CANARY}/{{canary}}/look"),
            post(f"{API_CANARIES}/{{canary}}/look"),
        ),
    ),
    Group(
        "Sending a canary from its page, which says who may: source:manage",
        ADMINISTRATORS | {"supervisor"},
        lines=rows(post(f"{CANARY}/sending")),
    ),
)


def make_quiet(cast: Cast, source_id: str) -> dict[str, str]:
    """A rule that keeps alerts quiet, and a canary."""
    with acting_as(cast.analyst):
        wanted = Quiet(
            name="Heron", reason="Why", conditions=CONDITIONS, expires_at=clock.now() + timedelta(days=2)
        )  # fmt: skip
        rule = keep_quiet(wanted, by=cast.analyst)
    with acting_as(cast.supervisor):
        canary = send_canary(UUID(source_id), by=cast.supervisor)
    return {"quiet_rule": str(rule.id), "canary": str(canary.id)}
