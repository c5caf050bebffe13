# SPDX-License-Identifier: Apache-2.0
"""Addresses of telling senders: part of the administration of sources."""

from django.urls import path

from longwatch.exchange import sync_views as views

app_name = "senders"
urlpatterns = [
    path("<uuid:source_id>/sender", views.sender_page, name="sender"),
    path("<uuid:source_id>/sender/pausing", views.pausing, name="pausing"),
    path("<uuid:source_id>/sender/resuming", views.resuming, name="resuming"),
    path("<uuid:source_id>/sender/ending", views.ending, name="ending"),
    path("<uuid:source_id>/sender/messages/<uuid:message_id>/resending", views.resending, name="resending"),
]
