# SPDX-License-Identifier: Apache-2.0
"""Addresses of holds, retention and disposals."""

from django.urls import path

from longwatch.lifecycle import views

app_name = "lifecycle"
urlpatterns = [
    path("life-cycle/due", views.due, name="due"),
    path("life-cycle/retention", views.retention, name="retention"),
    path("life-cycle/retention/<slug:code>", views.retention_class, name="retention-class"),
    path("life-cycle/holds", views.holds, name="holds"),
    path("life-cycle/holds/<uuid:hold_id>/release", views.release, name="release"),
    path("life-cycle/disposals/<uuid:disposal_id>", views.disposal, name="disposal"),
    path("life-cycle/disposals/<uuid:disposal_id>/certificate.pdf", views.certificate, name="certificate"),
    path("life-cycle/<str:kind>/<uuid:record_id>", views.record, name="record"),
    path("life-cycle/<str:kind>/<uuid:record_id>/hold", views.record_hold, name="record-hold"),
    path("life-cycle/<str:kind>/<uuid:record_id>/chip", views.chip, name="chip"),
]
