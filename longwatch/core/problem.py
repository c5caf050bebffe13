# SPDX-License-Identifier: Apache-2.0
"""The one form of a problem document (RFC 9457), for every entrance that speaks JSON."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from longwatch.core.errors import LongwatchError

CONTENT_TYPE = "application/problem+json"
# Not of HTTP itself: resumable uploads answer 460 to a piece that arrived damaged.
OURS = {460: "Checksum Mismatch"}


def problem_document(
    status: int, detail: str, *, code: str = "", errors: Mapping[str, str] | None = None, gaps: Sequence[str] = ()
) -> dict[str, Any]:
    """What happened: `code` for programs, `detail` for people, `errors` naming the fields, `gaps` what is missing."""
    title = OURS.get(status) or HTTPStatus(status).phrase
    code = code or title.lower().replace(" ", "_").replace("-", "_")
    document: dict[str, Any] = {
        "type": f"urn:longwatch:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        document["errors"] = [{"field": field, "detail": sentence} for field, sentence in errors.items()]
    if gaps:
        document["gaps"] = list(gaps)
    return document


def refusal_document(error: LongwatchError) -> dict[str, Any]:
    """The problem document of one of our own refusals."""
    fields: Mapping[str, str] = vars(error).get("fields", {})
    gaps: Sequence[str] = vars(error).get("gaps", ())
    return problem_document(error.status, error.sentence, code=error.code, errors=fields, gaps=gaps)


def refusal_headers(error: LongwatchError) -> dict[str, str]:
    """The headers that belong to the refusal: how to sign in, when to try again."""
    headers = {}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="longwatch"'
    if "retry_after" in vars(error):
        headers["Retry-After"] = str(vars(error)["retry_after"])
    return headers
