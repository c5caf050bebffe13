# SPDX-License-Identifier: Apache-2.0
"""Addresses of the administration of analyzers."""

from django.urls import path

from longwatch.enrichment import analyzer_views

app_name = "analyzers-admin"
urlpatterns = [
    path("", analyzer_views.analyzers, name="list"),
    path("<str:name>", analyzer_views.analyzer, name="one"),
]
