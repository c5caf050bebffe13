# SPDX-License-Identifier: Apache-2.0
"""The JSON API: one list of routers, and every refusal a problem document."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest
from ninja import Router
from ninja.security import HttpBearer

from longwatch.access.permission import actor_in
from longwatch.config.description import Described
from longwatch.config.problems import describe_refusals
from longwatch.core.actor import Actor
from longwatch.version import VERSION

ROUTERS = ("web", "records", "entities", "evidence", "intake", "incidents", "cases", "search")
MODULES = ("api", "api_triage", "api_briefing")


class Token(HttpBearer):
    """Whoever sends no valid token learns nothing, not even which fields an operation takes."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor that the middleware found."""
        return actor_in(request)


api = Described(
    title="Longwatch",
    version=VERSION,
    description=(
        "Security incidents and cases. Send `Authorization: Bearer <token>`. Errors are problem documents (RFC 9457); "
        "lists are paged by cursor; changes take `If-Match` with the `ETag` that was read. Any POST takes an "
        "`Idempotency-Key`: sent again within 24 hours it does nothing again and gets the first answer, with the "
        "header `Idempotency-Replayed: true`."
    ),
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="api",
    auth=Token(),
)
describe_refusals(api)


def _router(module: str) -> Router:
    router: Router = import_module(module).router
    return router


for _package in ROUTERS:
    for _module in (f"longwatch.{_package}.{_name}" for _name in MODULES):
        if find_spec(_module):
            api.add_router("", _router(_module))
