# SPDX-License-Identifier: Apache-2.0
"""A span for each request, where traces are made: the template of its address, never the address itself."""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from longwatch.config.limits import Application, Message, Receive, Scope, Send
from longwatch.config.logging import REPORTER_PAGE, REPORTER_PAGES
from longwatch.core import tracing
from longwatch.core.environment import OTEL_INTAKE_SHARE, OTEL_PARENT, current

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "_OTHER"
# Pages that stay open, what asks every few seconds, and files.
UNTOLD = ("/live/", "/static/", "/healthz", "/readyz", "/metrics")
FAILED = 500


class Traced:
    """A span for each request; none for what would tell that somebody reported something."""

    def __init__(self, application: Application, fixed: Callable[[str], str]) -> None:
        self.application = application
        # The template of an address that Django does not know: the ways in for signals.
        self.fixed = fixed
        self.heeds_parent = current().flag(OTEL_PARENT)
        self.share = current().share(OTEL_INTAKE_SHARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and measure it."""
        if scope["type"] != "http" or is_untold(scope["path"]):
            await self.application(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else OTHER
        template = self.fixed(scope["path"])
        share = self.share if template else None
        with tracing.span(method, "server", share=share, traceparent=self._parent(scope)) as work:
            work.tell("http.request.method", method)
            if template:
                work.tell("http.route", template)
            await self.application(scope, receive, _noticed(work, send))

    def _parent(self, scope: Scope) -> str:
        if not self.heeds_parent:
            return ""
        return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")


def is_untold(path: str) -> bool:
    """Tell whether requests there are in no trace."""
    return path == REPORTER_PAGE or path.startswith((*REPORTER_PAGES, *UNTOLD))


def _noticed(work: tracing.Span, send: Send) -> Send:
    """The same, which notices the status of the answer."""

    async def noticed(message: Message) -> None:
        if message["type"] == "http.response.start":
            status = int(message["status"])
            work.tell("http.response.status_code", status)
            if status >= FAILED:
                work.fail(str(status))
        await send(message)

    return noticed


class Routes:
    """Says in the request's span which page it was, by the template of its address, and how much SQL it took.

    Stands in MIDDLEWARE, first, only where traces are made.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, counting statements when the request is recorded."""
        work = tracing.here()
        if work.recorded is None:
            return self.get_response(request)
        count = Count()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        work.tell("longwatch.sql.count", count.statements)
        work.tell("longwatch.sql.seconds", round(count.seconds, 6))
        return response

    def process_view(self, request: HttpRequest, view: object, args: Iterable[Any], kwargs: object) -> None:
        """Now it is known which page it is."""
        if request.resolver_match is not None:
            tracing.here().tell("http.route", "/" + str(request.resolver_match.route))


class Count:
    """How many statements there were, and how long they took."""

    def __init__(self) -> None:
        self.statements = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Execute the statement."""
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.seconds += perf_counter() - began
