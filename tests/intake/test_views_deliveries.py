# SPDX-License-Identifier: Apache-2.0
"""A source's page, and what of it could not be read."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.models import Signal, Source
from tests.intake.cast_signals import keep_unreadable, make_source, send
from tests.personas import Cast

GOOD = b'{"title": "Door forced"}'


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Gate")


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def url(source: Source, rest: str = "") -> str:
    return f"/administration/sources/{source.id}{rest}"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


class TestSourcePage:
    """Sources > Gate"""

    def test_says_how_it_is_doing(self, cast: Cast, source: Source) -> None:
        send(source, cast)
        page = text(browser_of(cast).get(url(source)))
        assert "Heard last" in page
        assert "Everything that came could be read." in page

    def test_lists_what_could_not_be_read_with_the_reason(self, cast: Cast, source: Source) -> None:
        keep_unreadable(source, cast, reason="<b>Not</b> JSON.")
        answer = browser_of(cast).get(url(source))
        assert "<b>Not</b> JSON." in text(answer)
        assert b"<b>Not</b>" not in answer.content

    def test_tells_administrators_that_there_is_something_and_not_what(self, cast: Cast, source: Source) -> None:
        keep_unreadable(source, cast, reason="Secret word.")
        page = text(browser_of(cast, "administrator").get(url(source)))
        assert "is shown to those who read this source's signals" in page
        assert "Secret word." not in page

    def test_takes_how_often_something_is_expected_and_says_when_it_is_silent(self, cast: Cast, source: Source) -> None:
        browser = browser_of(cast)
        assert browser.post(url(source), {"minutes": "60"}).status_code == 302
        assert "Silent for" not in text(browser.get(url(source)))
        with acting_as(cast.supervisor):
            assert Source.objects.get(id=source.id).heartbeat_seconds == 3600
        assert browser.post(url(source), {"minutes": ""}).status_code == 302
        with acting_as(cast.supervisor):
            assert Source.objects.get(id=source.id).heartbeat_seconds is None

    @pytest.mark.parametrize("wrong", ["0", "-1", "often", "99999999"])
    def test_refuses_a_heartbeat_that_is_none(self, cast: Cast, source: Source, wrong: str) -> None:
        answer = browser_of(cast).post(url(source), {"minutes": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in text(answer)

    @pytest.mark.parametrize("name", ["analyst", "outsider", "auditor"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        assert browser_of(cast, name).get(url(source)).status_code == 404


class TestDeliveryPage:
    def test_shows_the_bytes_safely(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, b"<script>alert(1)</script> in a longer line of text\x00")
        answer = browser_of(cast).get(url(source, f"/deliveries/{identity}"))
        assert b"<script>alert" not in answer.content
        assert "<script>alert(1)</script> in a longer line of text\\u{0}" in text(answer)

    def test_shows_what_is_no_text_in_hexadecimal(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, bytes(range(200, 256)))
        assert "00000000  c8 c9 ca" in text(browser_of(cast).get(url(source, f"/deliveries/{identity}")))

    def test_gives_the_bytes_as_a_file_that_no_browser_opens(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, b"<html>\xff")
        answer: Any = browser_of(cast).get(url(source, f"/deliveries/{identity}/raw"))
        assert (answer.content, answer["Content-Type"]) == (b"<html>\xff", "application/octet-stream")
        assert answer["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("name", ["administrator", "analyst", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        identity = keep_unreadable(source, cast)
        for rest in ("", "/raw"):
            answer = browser_of(cast, name).get(url(source, f"/deliveries/{identity}{rest}"))
            assert answer.status_code == 404

    def test_is_not_found_under_another_source(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast)
        assert browser_of(cast).get(url(make_source(cast), f"/deliveries/{identity}")).status_code == 404


class TestReplay:
    def test_reads_one_again_and_says_what_came_of_it(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, GOOD)
        browser = browser_of(cast)
        assert browser.post(url(source, f"/deliveries/{identity}/replay")).status_code == 302
        assert "1 signal was read." in text(browser.get(url(source)))
        with acting_as(cast.supervisor):
            assert Signal.objects.filter(source=source).count() == 1

    def test_says_that_one_still_cannot_be_read(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast)
        browser = browser_of(cast)
        browser.post(url(source, f"/deliveries/{identity}/replay"))
        assert "It still cannot be read" in text(browser.get(url(source)))

    def test_has_all_read_again_and_says_so_until_it_is_done(self, cast: Cast, source: Source) -> None:
        for raw in (GOOD, b'{"title": "Window"}', b"{"):
            keep_unreadable(source, cast, raw)
        browser = browser_of(cast)
        assert "Read all again" in text(browser.get(url(source)))
        browser.post(url(source, "/replay"))
        page = text(browser.get(url(source)))
        assert "They are being read again" in page
        assert "Read all again" not in page

    def test_happens_by_a_form_only(self, cast: Cast, source: Source) -> None:
        assert browser_of(cast).get(url(source, "/replay")).status_code == 405
