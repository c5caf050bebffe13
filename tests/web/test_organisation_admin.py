# SPDX-License-Identifier: Apache-2.0
"""The organisation under administration."""

from django.test import Client

from longwatch.access.models import Organisation
from tests.access.ageing import LONG, signed_in
from tests.personas import Cast

PAGE = "/administration/organisation"
SENT = {"name": "Halden North", "emergency_text": "call the control room"}


class TestOrganisation:
    """organisation"""

    def test_shows_its_names(self, cast: Cast) -> None:
        page = signed_in(cast.accounts["administrator"]).get(PAGE).content.decode()
        assert 'value="Halden Works"' in page
        assert f"<code>{cast.organisation.slug}</code>" in page

    def test_changes_what_reporters_read(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["administrator"])
        assert browser.post(PAGE, SENT)["Location"] == PAGE
        assert "call the control room" in browser.get(PAGE).content.decode()
        form = Client().get(f"/report/{cast.organisation.slug}", follow=True).content.decode()
        assert "call the control room" in form

    def test_asks_for_a_name_and_keeps_what_was_typed(self, cast: Cast) -> None:
        answer = signed_in(cast.accounts["administrator"]).post(PAGE, {**SENT, "name": " "})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Enter the organisation&#x27;s name." in page
        assert 'value="call the control room"' in page
        assert Organisation.objects.get(id=cast.organisation.id).name == "Halden Works"

    def test_asks_who_one_is_before_it_changes(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["administrator"], LONG)
        assert browser.get(PAGE).status_code == 200
        assert browser.post(PAGE, SENT)["Location"].startswith("/confirm?")
        assert Organisation.objects.get(id=cast.organisation.id).name == "Halden Works"

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        for name in ("supervisor", "auditor", "privacy"):
            browser = signed_in(cast.accounts[name])
            assert (browser.get(PAGE).status_code, browser.post(PAGE, SENT).status_code) == (404, 404)
