# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI description says of every operation beside its own words: refusals, headers, the order of topics."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from longwatch.core.problem import CONTENT_TYPE, problem_document
from longwatch.web.repeating import HEADER

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457). Nothing was changed.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "`urn:longwatch:problem:` and the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "A word for programs."},
        "errors": {
            "type": "array",
            "description": "The fields that are wrong, each with what to do.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "gaps": {"type": "array", "description": "What is missing first.", "items": {"type": "string"}},
    },
}
# Status: a word for programs that it often has, and when it is.
REFUSALS = {
    400: ("bad_request", "The body is not JSON."),
    401: ("sign_in_needed", "There is no token, or it is unknown, expired or revoked."),
    403: ("permission_missing", "You may see it but not do this."),
    404: ("not_found", "There is nothing here, or you may not see it."),
    409: ("conflict", "It is the wrong moment: the rules refuse it as things stand, or somebody did the same at once."),
    412: ("stale", "Somebody changed it since the version in `If-Match`."),
    413: ("too_large", "The body is larger than this address takes."),
    416: ("requested_range_not_satisfiable", "The `Range` asks for bytes that are not there."),
    422: ("invalid", "A field, parameter or header is missing or wrong; `errors` names each."),
    429: ("too_many", "Too many at once; `Retry-After` says when to come again."),
    503: ("unavailable", "Nothing can be stored at the moment; `Retry-After` says when to come again."),
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "Chosen by the caller. The same request with the same key within 24 hours does nothing again and "
    "gets the first answer; another request with it is refused (422).",
}
# A new token or secret is in its answer only, which is therefore never kept.
NEVER_KEPT = frozenset({"/api/v1/tokens", "/api/v1/webhooks", "/api/v1/sources/{source_id}/webhooks"})
SENDING = frozenset({"/api/v1/signals", "/api/v1/signals/bulk"})
# What reading is refused with at some addresses: seen but not for everybody, or not there yet.
OF_READING = {
    "/api/v1/ledger/checkpoint": {409},
    "/api/v1/ledger/entries/{entry_id}/inclusion": {409},
    "/api/v1/exports": {403},
    "/api/v1/exports/{export_id}/file": {403, 409},
    "/api/v1/exhibits/{exhibit_id}/content": {403, 416},
}
# In the order of the work.
TOPICS = (
    ("Signals", "What arrives, unjudged: sent by programs, one or many at once."),
    ("Triage", "Judging signals: each outcome is a resource of the signal. POST makes it, DELETE takes it back."),
    ("Groups", "Signals that may be one incident and why, rules that say so, and what people taught."),
    ("Sources", "Where signals come from."),
    ("Mappings", "How records of your own tools are read: made by people, kept with samples as tests."),
    (
        "Quiet rules",
        "Which alerts are kept quiet for a time: known noise and planned work. They are stored all the same.",
    ),
    ("Enrichment", "What is known about what signals name: loaded lists, the inventory, watch-lists."),
    ("Incidents", "What is being handled now."),
    ("Criteria", "What makes an incident or a case, and what is proposed with its reason; nothing acts by itself."),
    ("Cases", "What is investigated, by named members, up to a closure that a second person approves."),
    ("People and things", "Whom and what incidents and cases name."),
    ("Sections", "Parts of a case with members of their own, and what is published from them."),
    ("Evidence", "Files with their hash and their chain of custody."),
    ("Exports", "Bundles of a record for an audience, made by a job, and files that other tools read."),
    ("Webhooks", "Addresses of other systems that are told what happens."),
    ("Life cycle", "Legal holds, records that are due to go, and requests of data subjects."),
    ("Search", "Over all that the caller may see, and what was reported before."),
    ("Access", "Who the token acts as, accounts, and tokens."),
    ("Ledger", "The record of every change, for auditors."),
)


class Described(NinjaAPI):
    """The API with a description in which every operation names its refusals."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The OpenAPI document."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        document["tags"] = [{"name": name, "description": text} for name, text in TOPICS]
        components = document["components"]
        components["schemas"]["Problem"] = PROBLEM
        components["responses"] = {_name(status): _refusal(status) for status in REFUSALS}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _describe(path, method.upper(), operation)
        return document


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    """Name what an operation refuses, and the key that every POST takes."""
    # The same description can stand below several methods; each gets its own.
    if method == "POST" and path not in NEVER_KEPT:
        operation["parameters"] = [*operation["parameters"], IDEMPOTENCY_KEY]
    responses = operation["responses"]
    for status in sorted(_statuses(path, method, operation)):
        responses.setdefault(status, {"$ref": f"#/components/responses/{_name(status)}"})


def _statuses(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    statuses = {401, 404}
    if operation["parameters"] or "requestBody" in operation:
        statuses.add(422)
    if "requestBody" in operation:
        statuses |= {400, 413}
    if method == "GET":
        statuses |= OF_READING.get(path, set())
    else:
        statuses |= {403} if path in SENDING else {403, 409}
    if any(each["name"] == "If-Match" for each in operation["parameters"]):
        statuses.add(412)
    return statuses | {429, 503} if path in SENDING and method == "POST" else statuses


def _name(status: int) -> str:
    return f"Refused{status}"


def _refusal(status: int) -> dict[str, Any]:
    code, text = REFUSALS[status]
    example = problem_document(status, text.replace("`", ""), code=code)
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": text, "content": {CONTENT_TYPE: content}}
