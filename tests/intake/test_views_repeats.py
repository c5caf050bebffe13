# SPDX-License-Identifier: Apache-2.0
"""The page of how repeats are recognised."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake import selectors
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Gate")


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def url(source: Source) -> str:
    return f"/administration/sources/{source.id}/repeats"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def hosts(source: Source, cast: Cast) -> None:
    for host in ("web1", "web1", "web2"):
        send(source, cast, rule="r1", entities=[{"kind": "host", "value": host}], place=host)


def test_says_what_the_template_in_use_makes_of_the_last_arrivals(cast: Cast, source: Source) -> None:
    hosts(source, cast)
    page = text(browser_of(cast).get(url(source)))
    assert "Of the last 3 arrivals it would make 2 signals; they are 2 now." in page


def test_tries_another_without_saving_it(cast: Cast, source: Source) -> None:
    hosts(source, cast)
    answer = browser_of(cast).post(url(source), {"dedup_fields": "rule", "look": "1"}, headers={"HX-Request": "true"})
    assert "Of the last 3 arrivals it would make 1 signals; they are 2 now." in text(answer)
    with acting_as(cast.supervisor):
        assert selectors.source(cast.supervisor, source.id).dedup_fields == []


def test_says_how_many_carry_a_key_of_their_own(cast: Cast, source: Source) -> None:
    send(source, cast, dedup_key="x")
    assert "1 carry a key of the sender's own, which wins." in text(browser_of(cast).get(url(source)))


def test_saves_it(cast: Cast, source: Source) -> None:
    assert browser_of(cast).post(url(source), {"dedup_fields": "rule, host"}).status_code == 302
    with acting_as(cast.supervisor):
        assert selectors.source(cast.supervisor, source.id).dedup_fields == ["rule", "host"]


def test_names_the_field_that_there_is_not_and_those_that_there_are(cast: Cast, source: Source) -> None:
    answer = browser_of(cast).post(url(source), {"dedup_fields": "rule, shoe size"})
    assert answer.status_code == 422
    assert "There is no field “shoe size”. Use: account, asset," in text(answer)
    assert 'value="rule, shoe size"' in text(answer)


def test_shows_no_titles_to_who_reads_no_signals(cast: Cast, source: Source) -> None:
    hosts(source, cast)
    page = text(browser_of(cast, "administrator").get(url(source)))
    assert "its signals are shown to others" in page
    assert "Door forced" not in page


def test_is_not_there_for_who_manages_no_sources(cast: Cast, source: Source) -> None:
    assert browser_of(cast, "analyst").get(url(source)).status_code == 404
