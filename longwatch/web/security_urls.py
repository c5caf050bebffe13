# SPDX-License-Identifier: Apache-2.0
"""Addresses of how somebody signs in."""

from django.urls import path

from longwatch.web import security

app_name = "security"
urlpatterns = [
    path("security", security.security, name="home"),
    path("security/sessions/revocation", security.revoke_others, name="revoke-sessions"),
    path("security/sessions/<uuid:session_id>/revocation", security.revoke, name="revoke-session"),
]
