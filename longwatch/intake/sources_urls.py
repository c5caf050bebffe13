# SPDX-License-Identifier: Apache-2.0
"""Addresses of the administration of sources."""

from django.urls import path

from longwatch.intake import views_sources

app_name = "intake-sources"
urlpatterns = [
    path("", views_sources.source_list, name="list"),
    path("<uuid:source_id>/switching", views_sources.switching, name="switching"),
]
