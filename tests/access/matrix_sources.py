# SPDX-License-Identifier: Apache-2.0
"""The access matrix: sources, by the JSON API."""

from tests.access.matrix_words import ADMINISTRATORS, JUDGES, OUTSIDE, Group, delete, get, patch, post, rows

API_SOURCE = "/api/v1/sources/{source}"
API_POLL = {
    "label": "SIEM", "kind": "elasticsearch", "url": "https://search.invalid", "scheme": "none",
    "settings": {"index": "logs-*"},
}  # fmt: skip

SOURCES: tuple[Group, ...] = (
    Group(
        "API: sources, signal:read or source:manage",
        JUDGES | ADMINISTRATORS | OUTSIDE,
        lines=rows(get("/api/v1/sources")),
    ),
    Group(
        "API: a source, signal:read or source:manage",
        JUDGES | ADMINISTRATORS,
        lines=rows(get("/api/v1/sources/{source}")),
    ),
    Group(
        "API: source:manage, each in one's own organisation",
        ADMINISTRATORS | OUTSIDE | {"supervisor"},
        lines=rows(post("/api/v1/sources", name="Doors", slug="doors")),
    ),
    Group(
        "API: a source, source:manage",
        ADMINISTRATORS | {"supervisor"},
        lines=rows(patch("/api/v1/sources/{source}", name="Doors")),
    ),
    Group(
        "API: how signals come to a source, source:manage",
        ADMINISTRATORS | {"supervisor"},
        lines=rows(
            get(f"{API_SOURCE}/webhooks"),
            post(f"{API_SOURCE}/webhooks", label="Tool", scheme="standard"),
            delete(f"{API_SOURCE}/webhooks/{{door}}"),
            get(f"{API_SOURCE}/deliveries"),
            post(f"{API_SOURCE}/replay"),
            post(f"{API_SOURCE}/settling"),
            get(f"{API_SOURCE}/fetching"),
            post(f"{API_SOURCE}/fetching", **API_POLL),
            post(f"{API_SOURCE}/fetching/trial", **API_POLL),
            get(f"{API_SOURCE}/fetching/{{poll}}"),
            patch(f"{API_SOURCE}/fetching/{{poll}}", interval_seconds=30),
            post(f"{API_SOURCE}/fetching/{{poll}}/trial"),
            delete(f"{API_SOURCE}/fetching/{{poll}}"),
        ),
    ),
    Group(
        "API: what a source sent and could not be read, source:manage in Signals",
        frozenset({"supervisor"}),
        lines=rows(
            get(f"{API_SOURCE}/deliveries/{{delivery}}"),
            get(f"{API_SOURCE}/deliveries/{{delivery}}/raw"),
            post(f"{API_SOURCE}/deliveries/{{delivery}}/replay"),
        ),
    ),
)
