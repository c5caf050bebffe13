# SPDX-License-Identifier: Apache-2.0
"""Addresses of webhooks out: part of the administration."""

from django.urls import path

from longwatch.exchange import hook_views as views

app_name = "webhooks"
urlpatterns = [
    path("", views.subscription_list, name="list"),
    path("<uuid:subscription_id>", views.subscription_page, name="subscription"),
    path("<uuid:subscription_id>/pausing", views.pausing, name="pausing"),
    path("<uuid:subscription_id>/resuming", views.resuming, name="resuming"),
    path("<uuid:subscription_id>/closing", views.closing, name="closing"),
    path("events/<uuid:letter_id>/resending", views.resending, name="resending"),
]
