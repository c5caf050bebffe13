# SPDX-License-Identifier: Apache-2.0
"""The access matrix: groups of signals, by the JSON API."""

from tests.access.matrix_words import JUDGES, OUTSIDE, Group, delete, get, patch, post, put, rows

API_GROUP = "/api/v1/groups/{group}"

GROUPS: tuple[Group, ...] = (
    Group(
        "API: groups and what makes them, signal:read, each in one's own organisation",
        JUDGES | OUTSIDE,
        lines=rows(get("/api/v1/groups"), get("/api/v1/grouping/rules"), get("/api/v1/grouping/lessons")),
    ),
    Group(
        "API: several groups, signal:triage, each those that they see",
        JUDGES | OUTSIDE,
        lines=rows(
            post("/api/v1/groups/dismissals", group_ids=["{group}"], reason="benign"),
            post("/api/v1/groups/mergings", group_ids=["{group}", "{other_group}"]),
        ),
    ),
    Group(
        "API: a group, signal:read and signal:triage in Signals",
        JUDGES,
        lines=rows(
            get(API_GROUP),
            post(f"{API_GROUP}/split", signal_ids=["{group_signal}"]),
            post(f"{API_GROUP}/merging", into="{other_group}"),
            post(f"{API_GROUP}/dismissal", reason="benign"),
            delete(f"{API_GROUP}/dismissal"),
            post(f"{API_GROUP}/lessons", entity_id="{group_entity}", kind="never", reason="Ours"),
            delete("/api/v1/grouping/lessons/{lesson}"),
        ),
    ),
    Group(
        "API: a new grouping rule, source:manage in Signals, each in one's own organisation",
        OUTSIDE | {"supervisor"},
        forbidden=JUDGES - {"supervisor"},
        lines=rows(
            post("/api/v1/grouping/rules", name="Doors", conditions=[{"field": "rule", "op": "is", "values": ["a"]}])
        ),
    ),
    Group(
        "API: a grouping rule, source:manage in Signals",
        frozenset({"supervisor"}),
        forbidden=JUDGES - {"supervisor"},
        lines=rows(
            patch("/api/v1/grouping/rules/{grouping_rule}", threshold=3),
            put("/api/v1/grouping/rules/{grouping_rule}/switch"),
            delete("/api/v1/grouping/rules/{grouping_rule}/switch"),
            post("/api/v1/grouping/rules/{grouping_rule}/trials", days=3),
        ),
    ),
    Group("API: a back-test, signal:read in Signals", JUDGES, lines=rows(get("/api/v1/grouping/trials/{trial}"))),
    Group(
        "API: taking a group out of the incident that its rule opened: signal:triage in Signals, and there is one",
        JUDGES,
        lines=rows(post("/api/v1/groups/{opened_group}/taking-out", reason="Ours")),
    ),
    Group(
        "API: what is proposed about a signal or a group, signal:read in Signals",
        JUDGES,
        lines=rows(get(f"{API_GROUP}/proposals"), get("/api/v1/signals/{signal}/proposals")),
    ),
)
