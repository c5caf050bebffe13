# SPDX-License-Identifier: Apache-2.0
"""Addresses of the administration of intelligence."""

from django.urls import path

from longwatch.enrichment import feed_views, views

app_name = "enrichment-admin"
urlpatterns = [
    path("", views.intelligence, name="intelligence"),
    path("<uuid:dataset_id>/removal", views.removal, name="removal"),
    path("feeds", feed_views.feed_list, name="feeds"),
    path("feeds/<uuid:feed_id>", feed_views.feed_page, name="feed"),
    path("feeds/<uuid:feed_id>/switching", feed_views.switching, name="feed-switching"),
    path("feeds/<uuid:feed_id>/fetching", feed_views.fetching, name="feed-fetching"),
    path("feeds/<uuid:feed_id>/closing", feed_views.closing, name="feed-closing"),
]
