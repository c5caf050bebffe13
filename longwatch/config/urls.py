# SPDX-License-Identifier: Apache-2.0
"""The root of all addresses; each package brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from longwatch.config import health, metrics
from longwatch.config.api import api

# Packages with pages; every package's paths begin with its own noun. The web package answers "/", so it stands last.
PACKAGES = ("intake", "grouping", "enrichment", "incidents", "cases", "exchange", "lifecycle", "search", "web")

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("administration/health", metrics.health_page, name="health"),
    path("administration/sources/", include("longwatch.intake.sources_urls")),
    path("administration/sources/", include("longwatch.exchange.sync_urls")),
    path("administration/intelligence/", include("longwatch.enrichment.admin_urls")),
    path("administration/analyzers/", include("longwatch.enrichment.analyzer_urls")),
    path("administration/webhooks/", include("longwatch.exchange.hook_urls")),
    path("administration/integrity", include("longwatch.integrity.urls")),
    path("administration/sign-in/", include("longwatch.web.sign_in_admin_urls")),
    path("administration/", include("longwatch.web.admin_urls")),
    path("accounts/", include("longwatch.config.single_sign_on")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("longwatch.web.security_urls")),
    path("accounts/2fa/", include("longwatch.config.second_factors")),
    path("api/v1/", api.urls),
    path("", include("longwatch.cases.section_urls")),
    path("", include("longwatch.intake.mappings_urls")),
    *(path("", include(f"longwatch.{name}.urls")) for name in PACKAGES),
]

handler400 = "longwatch.web.views.handler400"
handler403 = "longwatch.web.views.handler403"
handler404 = "longwatch.web.views.handler404"
handler500 = "longwatch.web.views.handler500"
