# SPDX-License-Identifier: Apache-2.0
"""Addresses of how people sign in, for administrators."""

from django.urls import path

from longwatch.web import sign_in_admin

app_name = "sign-in-admin"
urlpatterns = [
    path("locked", sign_in_admin.locked, name="locked"),
    path("<uuid:account_id>", sign_in_admin.person, name="person"),
    path("<uuid:account_id>/unlocking", sign_in_admin.unlock_person, name="unlock"),
    path("<uuid:account_id>/sessions/revocation", sign_in_admin.end_sessions, name="end-sessions"),
    path("<uuid:account_id>/sessions/<uuid:session_id>/revocation", sign_in_admin.end_session, name="end-session"),
    path("<uuid:account_id>/second-factors/reset", sign_in_admin.reset, name="reset"),
]
