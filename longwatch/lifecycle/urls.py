# SPDX-License-Identifier: Apache-2.0
"""Addresses of holds, retention, disposals and requests of data subjects."""

from django.urls import path

from longwatch.lifecycle import person_views, request_views, views

app_name = "lifecycle"
urlpatterns = [
    path("life-cycle/due", views.due, name="due"),
    path("life-cycle/retention", views.retention, name="retention"),
    path("life-cycle/retention/<slug:code>", views.retention_class, name="retention-class"),
    path("life-cycle/holds", views.holds, name="holds"),
    path("life-cycle/holds/<uuid:hold_id>/release", views.release, name="release"),
    path("life-cycle/requests", request_views.requests, name="requests"),
    path("life-cycle/requests/<uuid:request_id>", request_views.request_page, name="request"),
    path("life-cycle/requests/<uuid:request_id>/search", request_views.search, name="request-search"),
    path("life-cycle/requests/<uuid:request_id>/extension", request_views.extension, name="request-extension"),
    path("life-cycle/requests/<uuid:request_id>/package.<str:sort>", request_views.package, name="request-package"),
    path("life-cycle/findings/<uuid:finding_id>", request_views.finding, name="finding"),
    path("life-cycle/disposals/<uuid:disposal_id>", views.disposal, name="disposal"),
    path("life-cycle/disposals/<uuid:disposal_id>/taking-up", views.taking_up, name="taking-up"),
    path("life-cycle/disposals/<uuid:disposal_id>/certificate.pdf", views.certificate, name="certificate"),
    path("life-cycle/signals/<uuid:compartment_id>", person_views.signals, name="signals"),
    path("life-cycle/<str:kind>/<uuid:record_id>/person", person_views.person, name="person"),
    path("life-cycle/<str:kind>/<uuid:record_id>", views.record, name="record"),
    path("life-cycle/<str:kind>/<uuid:record_id>/hold", views.record_hold, name="record-hold"),
    path("life-cycle/<str:kind>/<uuid:record_id>/chip", views.chip, name="chip"),
]
