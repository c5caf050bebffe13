# SPDX-License-Identifier: Apache-2.0
"""The JSON API: one list of routers, and every refusal a problem document."""

from importlib import import_module
from importlib.util import find_spec

from ninja import NinjaAPI, Router

from longwatch.config.problems import describe_refusals
from longwatch.version import VERSION

ROUTERS = ("web", "records", "entities", "evidence", "intake", "incidents", "cases", "search")

api = NinjaAPI(
    title="Longwatch",
    version=VERSION,
    description=(
        "Security incidents and cases. Send `Authorization: Bearer <token>`. Errors are problem documents (RFC 9457); "
        "lists are paged by cursor; changes take `If-Match` with the `ETag` that was read."
    ),
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="api",
)
describe_refusals(api)


def _router(module: str) -> Router:
    router: Router = import_module(module).router
    return router


for _package in ROUTERS:
    for _module in (f"longwatch.{_package}.api", f"longwatch.{_package}.api_briefing"):
        if find_spec(_module):
            api.add_router("", _router(_module))
