# SPDX-License-Identifier: Apache-2.0
"""Addresses of the administration of intelligence."""

from django.urls import path

from longwatch.enrichment import views

app_name = "enrichment-admin"
urlpatterns = [
    path("", views.intelligence, name="intelligence"),
    path("<uuid:dataset_id>/removal", views.removal, name="removal"),
]
