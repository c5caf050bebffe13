# SPDX-License-Identifier: Apache-2.0
"""Addresses of the administration."""

from django.urls import path

from longwatch.web import administration, organisation_admin

app_name = "admin"
urlpatterns = [
    path("", administration.home, name="home"),
    path("people/new", administration.add_account, name="add-account"),
    path("people/<uuid:account_id>", administration.account, name="account"),
    path("people/<uuid:account_id>/disabling", administration.disable, name="disable"),
    path("organisation", organisation_admin.organisation, name="organisation"),
    path("tokens", administration.token_list, name="tokens"),
    path("tokens/<uuid:token_id>/revocation", administration.revoke_token, name="revoke-token"),
    path("access", administration.access_table, name="access"),
]
