# SPDX-License-Identifier: Apache-2.0
"""One's own tokens."""

import pytest
from django.test import Client
from django.urls import reverse

from longwatch.access.models import ApiToken
from tests.personas import Cast


@pytest.fixture
def client(cast: Cast) -> Client:
    """The analyst, signed in."""
    browser = Client()
    browser.force_login(cast.accounts["analyst"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


class TestOwnTokens:
    """own_tokens"""

    def test_shows_a_new_token_once(self, cast: Cast, client: Client) -> None:
        sent = {"label": "Script", "permissions": ["signal:read"]}
        answer = client.post(reverse("web:tokens"), sent)
        token = ApiToken.objects.get(account_id=cast.analyst.id)
        assert (answer.status_code, token.permissions) == (201, ["signal:read"])
        assert token.prefix in client.get(reverse("web:tokens")).content.decode()
        assert answer.content.count(b"lw_") > client.get(reverse("web:tokens")).content.count(b"lw_")

    def test_refuses_what_the_person_may_not(self, client: Client) -> None:
        sent = {"label": "Script", "permissions": ["account:administer"]}
        answer = client.post(reverse("web:tokens"), sent)
        assert (answer.status_code, ApiToken.objects.count()) == (422, 0)
        assert b"Script" in answer.content

    def test_asks_to_sign_in(self, db: None) -> None:
        assert Client().get(reverse("web:tokens")).status_code == 302


class TestRevokeOwn:
    """revoke_own"""

    def test_stops_ones_own_token_only(self, cast: Cast, client: Client) -> None:
        client.post(reverse("web:tokens"), {"label": "Script", "permissions": ["signal:read"]})
        token = ApiToken.objects.get(account_id=cast.analyst.id)
        stranger = Client()
        stranger.force_login(cast.accounts["hr"], backend="allauth.account.auth_backends.AuthenticationBackend")
        assert stranger.post(reverse("web:revoke-token", args=[token.id])).status_code == 404
        assert client.post(reverse("web:revoke-token", args=[token.id])).status_code == 302
        token.refresh_from_db()
        assert token.revoked_at is not None
