# SPDX-License-Identifier: Apache-2.0
"""The page of a source's mailboxes."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.mail_models import Mailbox
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_address, make_source
from tests.personas import Cast

IMAP = {
    "kind": "imap", "host": "imap.example.org", "security": "tls", "port": "993", "user": "phishing",
    "password": "correct horse", "folder": "INBOX", "after": "seen",
}  # fmt: skip


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Post")


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def url(source: Source, rest: str = "") -> str:
    return f"/administration/sources/{source.id}/mailboxes{rest}"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


class TestMailboxList:
    """Sources > Post > Mailboxes"""

    def test_sets_up_an_address(self, cast: Cast, source: Source) -> None:
        browser = browser_of(cast)
        assert browser.post(url(source), {"kind": "address", "address": "phish@example.org"}).status_code == 302
        assert f"phish.{cast.organisation.slug}@example.org" in text(browser.get(url(source)))

    def test_says_what_an_address_becomes_where_several_organisations_share_the_listener(
        self, cast: Cast, source: Source
    ) -> None:
        browser, slug = browser_of(cast), cast.organisation.slug
        assert f"phishing becomes phishing.{slug}" in text(browser.get(url(source)))
        answer = browser.post(url(source), {"kind": "address", "address": "Phish"}, follow=True)
        assert f"The address is “phish.{slug}”: several organisations share" in text(answer)

    def test_says_nothing_of_an_address_that_stays_as_it_was_entered(self, cast: Cast, source: Source) -> None:
        entered = {"kind": "address", "address": f"phish.{cast.organisation.slug}"}
        assert "The mailbox is set up." in text(browser_of(cast).post(url(source), entered, follow=True))

    def test_sets_up_a_mailbox_and_never_repeats_its_password(self, cast: Cast, source: Source) -> None:
        browser = browser_of(cast)
        assert browser.post(url(source), IMAP).status_code == 302
        shown = text(browser.get(url(source)))
        assert "phishing at imap.example.org" in shown
        assert "Not read yet" in shown
        assert "correct horse" not in shown

    def test_names_what_is_wrong_and_loses_nothing_typed(self, cast: Cast, source: Source) -> None:
        answer = browser_of(cast).post(url(source), IMAP | {"security": "none", "folder": "Reports"})
        assert answer.status_code == 422
        assert "the password could be read on the way" in text(answer)
        assert 'value="Reports"' in text(answer)
        assert "correct horse" not in text(answer)

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        assert browser_of(cast, name).get(url(source)).status_code == 404


class TestClosing:
    def test_closes_a_mailbox(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        assert browser_of(cast).post(url(source, f"/{box.id}/closing")).status_code == 302
        with acting_as(cast.supervisor):
            assert Mailbox.objects.get(id=box.id).closed_at is not None

    def test_is_not_found_under_another_source(self, cast: Cast, source: Source) -> None:
        box = make_address(make_source(cast), cast)
        assert browser_of(cast).post(url(source, f"/{box.id}/closing")).status_code == 404
