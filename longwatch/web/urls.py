# SPDX-License-Identifier: Apache-2.0
"""Addresses of the shell itself."""

from django.urls import path

from longwatch.web import confirming, history, live, notices, own_tokens, preferences, styleguide, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("ledger", history.ledger_page, name="ledger"),
    path("live/<str:topic>", live.live, name="live"),
    path("tokens", own_tokens.own_tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revocation", own_tokens.revoke_own, name="revoke-token"),
    path("preferences", preferences.preferences, name="preferences"),
    path("confirm", confirming.confirm, name="confirm"),
    path("confirmed", confirming.confirmed, name="confirmed"),
    path("notices", notices.own, name="notices"),
    path("notices/read", notices.read_all, name="notices-read"),
    path("notices/<uuid:notice_id>", notices.follow, name="notice"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
]
