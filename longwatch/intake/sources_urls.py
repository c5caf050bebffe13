# SPDX-License-Identifier: Apache-2.0
"""Addresses of the administration of sources."""

from django.urls import path

from longwatch.intake import (
    views_canaries,
    views_deliveries,
    views_doors,
    views_mailboxes,
    views_polls,
    views_reading,
    views_repeats,
    views_sources,
    views_tokens,
)

app_name = "intake-sources"
POLL = "<uuid:source_id>/fetching/<uuid:poll_id>"
DELIVERY = "<uuid:source_id>/deliveries/<uuid:delivery_id>"
urlpatterns = [
    path("", views_sources.source_list, name="list"),
    path("<uuid:source_id>", views_deliveries.source_page, name="source"),
    path("<uuid:source_id>/switching", views_sources.switching, name="switching"),
    path("<uuid:source_id>/reading", views_reading.source_reading, name="reading"),
    path("<uuid:source_id>/replay", views_deliveries.replay_every, name="replay-all"),
    path("<uuid:source_id>/settling", views_deliveries.settle_again, name="settle-again"),
    path("<uuid:source_id>/repeats", views_repeats.repeats, name="repeats"),
    path("<uuid:source_id>/canary", views_canaries.canary_page, name="canary"),
    path("<uuid:source_id>/canary/sending", views_canaries.sending, name="canary-sending"),
    path("<uuid:source_id>/canary/<uuid:canary_id>/look", views_canaries.looking, name="canary-look"),
    path("<uuid:source_id>/mailboxes", views_mailboxes.mailbox_list, name="mailboxes"),
    path("<uuid:source_id>/mailboxes/<uuid:mailbox_id>/closing", views_mailboxes.closing, name="mailbox-closing"),
    path("<uuid:source_id>/tokens", views_tokens.token_page, name="tokens"),
    path("<uuid:source_id>/webhooks", views_doors.door_list, name="doors"),
    path("<uuid:source_id>/webhooks/<uuid:door_id>/closing", views_doors.closing, name="door-closing"),
    path("<uuid:source_id>/fetching", views_polls.poll_list, name="polls"),
    path(POLL, views_polls.poll_page, name="poll"),
    path(f"{POLL}/switching", views_polls.switching, name="poll-switching"),
    path(f"{POLL}/closing", views_polls.closing, name="poll-closing"),
    path(DELIVERY, views_deliveries.delivery_page, name="delivery"),
    path(f"{DELIVERY}/raw", views_deliveries.delivery_raw, name="delivery-raw"),
    path(f"{DELIVERY}/replay", views_deliveries.replay_one, name="replay"),
]
