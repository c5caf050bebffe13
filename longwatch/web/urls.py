# SPDX-License-Identifier: Apache-2.0
"""Addresses of the shell itself."""

from django.urls import path

from longwatch.web import live, preferences, styleguide, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("live/<str:topic>", live.live, name="live"),
    path("preferences", preferences.preferences, name="preferences"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
]
