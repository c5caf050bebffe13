# SPDX-License-Identifier: Apache-2.0
"""Refusals of the JSON API as problem documents, whoever refuses."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from psycopg.errors import UniqueViolation

from longwatch.access.permission import ReadOnly
from longwatch.core.errors import AtTheSameTime, LongwatchError, NotFound, SignInNeeded, Unstorable
from longwatch.core.problem import CONTENT_TYPE, problem_document, refusal_document, refusal_headers
from longwatch.web.glass import is_wall

API_PREFIX = "/api/"
FIRST_ERROR = 400
# Where ninja found the value; callers know their fields, not our parameter names.
WRAPPED = frozenset({"body", "form"})
SENTENCES = {
    400: "The request could not be read.",
    403: "You may not do this.",
    404: "There is nothing here, or you may not see it.",
    405: "This address does not take this method.",
    413: "The request is too big.",
    500: "Something went wrong here; it was logged, and nothing was changed.",
}
log = logging.getLogger(__name__)


class ProblemAnswers:
    """Turns every error of the API that is not yet a problem document into one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then look at what was answered."""
        response = self.get_response(request)
        is_error = response.status_code >= FIRST_ERROR and request.path_info.startswith(API_PREFIX)
        if not is_error or response.headers.get("Content-Type") == CONTENT_TYPE:
            return response
        kept = {name: value for name, value in response.headers.items() if not name.lower().startswith("content-")}
        sentence = SENTENCES.get(response.status_code, HTTPStatus(response.status_code).description or "Refused.")
        return _answer(problem_document(response.status_code, sentence), kept)


def describe_refusals(api: NinjaAPI) -> None:
    """Make the API answer every exception with a problem document."""
    api.add_exception_handler(LongwatchError, _refused)
    api.add_exception_handler(AuthenticationError, lambda request, error: refusal(_no_token()))
    api.add_exception_handler(Http404, lambda request, error: refusal(NotFound()))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(PermissionDenied, lambda request, error: _problem(403, SENTENCES[403]))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: _problem(413, SENTENCES[413]))
    api.add_exception_handler(IntegrityError, _refused_by_the_database)
    api.add_exception_handler(ProgrammingError, _walled)
    api.add_exception_handler(DataError, _unstorable)
    api.add_exception_handler(UnicodeEncodeError, _unstorable)
    api.add_exception_handler(Exception, _unexpected)


def refusal(error: LongwatchError) -> HttpResponse:
    """The answer to one of our own refusals."""
    return _answer(refusal_document(error), refusal_headers(error))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(error)


def _no_token() -> SignInNeeded:
    return SignInNeeded("Send a valid API token: Authorization: Bearer <token>.")


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = {_field(item["loc"]): str(item["msg"]) for item in error.errors}
    return _problem(422, "Some fields are missing or wrong.", code="invalid", errors=errors)


def _field(location: tuple[str | int, ...]) -> str:
    """`("body", "payload", "severity")` is the field `severity`."""
    first, *rest = (str(part) for part in location)
    names = rest[1:] if first in WRAPPED and len(rest) > 1 else rest
    return ".".join(names) or first


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return _problem(error.status_code, error.message)


def _refused_by_the_database(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, UniqueViolation):
        return refusal(AtTheSameTime())
    return _unexpected(request, error)


def _walled(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(ReadOnly()) if is_wall(request, error) else _unexpected(request, error)


def _unstorable(request: HttpRequest, error: Any) -> HttpResponse:
    # Not quiet: a rule in front of the database should have named the field.
    log.warning("A value at %s %r cannot be stored", request.method, request.path, exc_info=error)
    return refusal(Unstorable())


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("Unexpected error at %s %r", request.method, request.path, exc_info=error)
    return _problem(500, SENTENCES[500], code="unexpected")


def _problem(status: int, detail: str, **members: Any) -> HttpResponse:
    return _answer(problem_document(status, detail, **members))


def _answer(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    text = json.dumps(document, ensure_ascii=False)
    return HttpResponse(text, status=document["status"], headers={**(headers or {}), "Content-Type": CONTENT_TYPE})
