# SPDX-License-Identifier: Apache-2.0
"""One's own tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from longwatch.access.context import acting_as
from longwatch.access.models import ApiToken
from longwatch.access.services.accounts import change_preferences
from longwatch.core import clock
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

    @pytest.mark.parametrize(("expires", "days"), [("30", 30), ("90", 90)])
    def test_lets_it_end_after_some_days(self, cast: Cast, client: Client, expires: str, days: int) -> None:
        client.post(reverse("web:tokens"), {"label": "Script", "permissions": ["signal:read"], "expires": expires})
        token = ApiToken.objects.get(account_id=cast.analyst.id)
        assert token.expires_at is not None
        assert abs(token.expires_at - clock.now() - timedelta(days=days)) < timedelta(minutes=5)

    def test_lets_it_end_with_a_day_of_the_person(self, cast: Cast, client: Client) -> None:
        with acting_as(cast.analyst):
            change_preferences(time_zone="Asia/Tokyo", theme="auto", single_keys=True, by=cast.analyst)
        sent = {"label": "Script", "permissions": ["signal:read"], "expires": "day", "expires_on": "2099-01-31"}
        client.post(reverse("web:tokens"), sent)
        ends = ApiToken.objects.get(account_id=cast.analyst.id).expires_at
        assert ends == datetime(2099, 1, 31, 15, tzinfo=UTC)

    @pytest.mark.parametrize("day", ["", "2001-01-01", "soon"])
    def test_keeps_the_form_when_the_day_is_none(self, client: Client, day: str) -> None:
        sent = {"label": "Script", "permissions": ["signal:read"], "expires": "day", "expires_on": day}
        answer = client.post(reverse("web:tokens"), sent)
        assert (answer.status_code, ApiToken.objects.count()) == (422, 0)
        assert b'id="id_expires_on_error"' in answer.content

    def test_says_in_words_what_a_token_may(self, client: Client) -> None:
        client.post(reverse("web:tokens"), {"label": "Script", "permissions": ["signal:read", "case:read"]})
        assert "Read cases, as a member, Read signals<br>" in client.get(reverse("web:tokens")).content.decode()

    def test_says_which_have_expired(self, client: Client) -> None:
        with clock.unsafe_pretend(clock.now() - timedelta(days=31)):
            client.post(reverse("web:tokens"), {"label": "Script", "permissions": ["signal:read"], "expires": "30"})
        page = client.get(reverse("web:tokens")).content.decode()
        assert "Expired" in page
        assert "revocation" not in page

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
