# SPDX-License-Identifier: Apache-2.0
"""The page of a source's canaries."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.canary_models import Canary
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_source
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Gate")


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def url(source: Source, rest: str = "") -> str:
    return f"/administration/sources/{source.id}/canary{rest}"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def canaries(cast: Cast) -> list[Canary]:
    with acting_as(cast.supervisor):
        return list(Canary.objects.all())


def test_sends_one_and_shows_how_far_it_is(cast: Cast, source: Source) -> None:
    browser = browser_of(cast)
    assert "No canary was sent yet" in text(browser.get(url(source)))
    assert browser.post(url(source, "/sending")).status_code == 302
    page = text(browser.get(url(source)))
    assert "On its way" in page
    assert "Received and stored" in page


def test_looks_again(cast: Cast, source: Source) -> None:
    browser = browser_of(cast)
    browser.post(url(source, "/sending"))
    [canary] = canaries(cast)
    part = browser.post(url(source, f"/{canary.id}/look"), headers={"HX-Request": "true"})
    assert "On its way" in text(part)
    assert "<html" not in text(part)
    assert browser.post(url(source, f"/{canary.id}/look")).status_code == 302


def test_takes_how_often_one_is_sent_by_itself(cast: Cast, source: Source) -> None:
    browser = browser_of(cast)
    assert browser.post(url(source), {"minutes": "1"}).status_code == 422
    assert browser.post(url(source), {"minutes": "60"}).status_code == 302
    assert 'value="60"' in text(browser.get(url(source)))


def test_tells_an_administrator_who_reads_no_signals_who_sends_one(cast: Cast, source: Source) -> None:
    browser = browser_of(cast, "administrator")
    answer = browser.post(url(source, "/sending"))
    assert answer.status_code in (302, 403)
    assert canaries(cast) == []


def test_is_not_there_for_who_manages_no_sources(cast: Cast, source: Source) -> None:
    browser = browser_of(cast, "analyst")
    assert browser.get(url(source)).status_code == 404
    assert browser.post(url(source, "/sending")).status_code == 404
