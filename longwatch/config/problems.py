# SPDX-License-Identifier: Apache-2.0
"""Refusals of the JSON API as problem documents (RFC 9457)."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from longwatch.core.errors import LongwatchError, NotFound

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


def problem(status: int, detail: str, *, code: str = "", **members: Any) -> HttpResponse:
    """One problem document; `code` is for programs, `detail` for people."""
    title = HTTPStatus(status).phrase
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code or title.lower().replace(" ", "_").replace("-", "_"),
        **{name: value for name, value in members.items() if value},
    }
    # What failed must not leave half a change behind, whatever the view caught.
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def describe_refusals(api: NinjaAPI) -> None:
    """Make the API answer every exception with a problem document."""
    api.add_exception_handler(LongwatchError, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _unknown_caller)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(PermissionDenied, _forbidden)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(Exception, _unexpected)


def refusal(error: LongwatchError) -> HttpResponse:
    """The problem document of one of our own refusals."""
    members: Mapping[str, Any] = {name: getattr(error, name, None) for name in ("gaps", "retry_after")}
    response = problem(
        error.status, error.sentence, code=error.code, errors=_named(getattr(error, "fields", {})), **members
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="longwatch"'
    if members["retry_after"]:
        response["Retry-After"] = str(members["retry_after"])
    return response


def _named(fields: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"field": name, "detail": sentence} for name, sentence in fields.items()]


def _refused(request: HttpRequest, error: LongwatchError) -> HttpResponse:
    return refusal(error)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _field(item["loc"]), "detail": item["msg"]} for item in error.errors]
    return problem(422, "Some fields are missing or wrong.", code="invalid", errors=errors)


def _field(location: tuple[str | int, ...]) -> str:
    """`("body", "payload", "severity")` is the field `severity`: callers do not know our parameter names."""
    parts = [str(part) for part in location]
    names = parts[2:] if parts[0] in {"body", "form"} and len(parts) > 2 else parts[1:]  # noqa: PLR2004
    return ".".join(names) or parts[0]


def _unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, "Send a valid API token as a bearer token.", code="sign_in_needed")
    response["WWW-Authenticate"] = 'Bearer realm="longwatch"'
    return response


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, error.message)


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return refusal(NotFound())


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "You may not do this.", code="not_allowed")


def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "The request is too big.", code="too_big")


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("Unexpected error at %s %s", request.method, request.path, exc_info=error)
    return problem(500, "Something went wrong here; it was logged.", code="unexpected")
