# SPDX-License-Identifier: Apache-2.0
"""The JSON API: one list of routers, and every refusal a problem document."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from longwatch.access.permission import actor_in
from longwatch.cases import api as cases
from longwatch.cases import api_briefing as case_briefings
from longwatch.cases import api_criteria as criteria
from longwatch.cases import api_sections as sections
from longwatch.config.description import Described
from longwatch.config.problems import describe_refusals
from longwatch.core.actor import Actor
from longwatch.enrichment import api as enrichment
from longwatch.enrichment import feed_api as feeds
from longwatch.evidence import api as evidence
from longwatch.exchange import api as exchange
from longwatch.exchange import hook_api as webhooks
from longwatch.exchange import sync_api as senders
from longwatch.grouping import api as grouping
from longwatch.incidents import api as incidents
from longwatch.incidents import api_briefing as incident_briefings
from longwatch.intake import api as intake
from longwatch.intake import api_canaries as canaries
from longwatch.intake import api_mappings as mappings
from longwatch.intake import api_polls as polls
from longwatch.intake import api_quiet as quiet
from longwatch.intake import api_triage as triage
from longwatch.intake import api_ways as ways
from longwatch.lifecycle import api as lifecycle
from longwatch.lifecycle import request_api as subject_requests
from longwatch.search import analysis_api as analyses
from longwatch.search import api as search
from longwatch.search import custody_api as custody
from longwatch.search import entity_api as entities
from longwatch.version import VERSION
from longwatch.web import api as web
from longwatch.web import api_ledger as ledger

ROUTERS = (
    web.router, ledger.router, evidence.router, intake.router, ways.router, polls.router,
    quiet.router, triage.router, grouping.router,
    incidents.router, incident_briefings.router, cases.router, case_briefings.router, sections.router, criteria.router,
    search.router, exchange.router, lifecycle.router, subject_requests.router, custody.router,
    enrichment.router, analyses.router, entities.router, canaries.router, mappings.router, webhooks.router,
    feeds.router, senders.router,
)  # fmt: skip


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

for _router in ROUTERS:
    api.add_router("", _router)
