# SPDX-License-Identifier: Apache-2.0
"""Lines of a bundle's lists beside the entries they name: what the ledger says of each column. Pure functions.

VERIFY.md says the same in its own program, from the same table.
"""

from collections.abc import Mapping
from typing import Any

ROW = "row"
# By list, each column that the content of a row tells, and what it is called there.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "timeline": {
        "kind": "kind", "occurred_at": "occurred_at", "recorded_at": "recorded_at", "author": "author_label",
        "text": "text", "corrects": "corrects_id",
    },
    "exhibits": {
        "name": "name", "content_type": "content_type", "size": "size", "sha256": "sha256", "note": "note",
        "received_at": "received_at", "received_by": "received_label", "thing": "is_physical",
        "acquired_by": "acquired_by", "acquired_at": "acquired_at", "acquired_where": "acquired_where",
        "acquired_how": "acquired_how", "withdrawn_at": "withdrawn_at", "withdrawn_by": "withdrawn_label",
        "withdrawal_reason": "withdrawal_reason",
    },
    "custody": {
        "kind": "kind", "at": "at", "by": "actor_label", "reason": "reason", "from": "from_label", "to": "to_label",
        "place": "place", "condition": "condition", "seal": "seal",
    },
    # The first and the last link of a chain follow from the exhibit itself.
    "receipt": {"at": "received_at", "by": "received_label"},
    "withdrawal": {"at": "withdrawn_at", "by": "withdrawn_label", "reason": "withdrawal_reason"},
    "tasks": {
        "title": "title", "due_at": "due_at", "status": "status", "resolution": "resolution",
        "created_at": "created_at", "finished_at": "finished_at",
    },
    "people": {"kind": "kind", "value": "value", "part": "part", "note": "note", "added_at": "added_at"},
    "findings": {
        "number": "number", "kind": "kind", "text": "text", "conclusion": "conclusion", "reasoning": "reasoning",
        "added_at": "added_at", "concluded_at": "concluded_at",
    },
    "decisions": {
        "what": "what", "why": "why", "alternatives": "alternatives", "decided_at": "decided_at",
        "approved_at": "approved_at",
    },
    "members": {"since": "granted_at", "until": "ended_at", "reason": "reason"},
    "record": {
        "reference": "reference", "title": "title", "summary": "summary", "status": "status", "opened_at": "opened_at",
        "closed_at": "closed_at", "findings": "findings", "root_cause": "root_cause", "actions_taken": "actions_taken",
        "residual_risk": "residual_risk", "residual_risk_rationale": "residual_risk_rationale",
        "remediation": "remediation", "lessons_learned": "lessons_learned", "prevention": "prevention",
        "monitoring_decision": "monitoring_decision", "category": "category", "place": "place",
        "occurred_at": "occurred_at", "disposition": "disposition", "closing_summary": "closing_summary",
        "severity_reason": "severity_reason", "is_drill": "is_drill",
    },
}  # fmt: skip
LISTS = (
    "record", "timeline", "exhibits", "custody", "tasks", "people", "findings", "decisions", "members",
)  # fmt: skip
# Told by their rows, whatever a line calls itself.
NO_CHANGE = ("timeline.", "evidence.")
REPORTER = "Reporter"
MISSING = object()


def differing(name: str, line: Mapping[str, Any], leaf: Mapping[str, Any], opened: Mapping[str, Any]) -> list[str]:
    """The columns of a line in which it is not what its entry says; `opened` are the details that the bundle opens."""
    said = _said(name, leaf, opened)
    return [column for column, value in said.items() if line.get(column, MISSING) != value]


def is_told(name: str, leaf: Mapping[str, Any], opened: Mapping[str, Any]) -> bool:
    """Whether the entry says what the line is about, and not only that there is one."""
    return ROW in opened or (name == "timeline" and not leaf["action"].startswith(NO_CHANGE))


def _said(name: str, leaf: Mapping[str, Any], opened: Mapping[str, Any]) -> dict[str, Any]:
    if name == "timeline" and not leaf["action"].startswith(NO_CHANGE):
        return _change(leaf, opened)
    row = opened.get(ROW, {})
    if name != "custody":
        return {"id": leaf["object"], **_columns(name, row)}
    about = {"exhibit_id": leaf["object"]}
    if row.get("id") != leaf["object"]:
        return about | _columns("custody", row) | ({"id": row["id"]} if row else {})
    is_last = leaf["action"] == "evidence.withdrawn"
    kind = {"kind": "withdrawn" if is_last else "received"}
    return about | kind | _columns("withdrawal" if is_last else "receipt", row)


def _change(leaf: Mapping[str, Any], opened: Mapping[str, Any]) -> dict[str, Any]:
    said = {"kind": "change", "action": leaf["action"], "occurred_at": leaf["at"], "recorded_at": leaf["at"]}
    if leaf["actor"]["kind"] == "reporter":
        # Of what reporters do, the day alone is kept.
        day = leaf["at"][:10]
        return said | {"author": REPORTER, "occurred_at": day, "recorded_at": day}
    return said | ({"author": opened["actor"] or ""} if "actor" in opened else {})


def _columns(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: row[of] for column, of in COLUMNS[name].items() if of in row}
