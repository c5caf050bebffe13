# SPDX-License-Identifier: Apache-2.0
"""The page of a source's webhooks."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.door_models import Door, DoorScheme
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_door, make_source
from tests.personas import Cast

STYLES = Path(__file__).parents[2] / "frontend/src/css/forms.css"
NEW = {"label": "Gateway", "scheme": "github"}


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Gate")


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def url(source: Source, rest: str = "") -> str:
    return f"/administration/sources/{source.id}/webhooks{rest}"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


class TestDoorList:
    """Sources > Gate > Webhooks"""

    def test_shows_a_new_secret_once(self, cast: Cast, source: Source) -> None:
        browser = browser_of(cast)
        answer = browser.post(url(source), NEW | {"secret": "0123456789abcdef"})
        assert answer.status_code == 201
        assert "0123456789abcdef" in text(answer)
        later = text(browser.get(url(source)))
        assert "Gateway" in later
        assert "0123456789abcdef" not in later

    def test_says_which_address_to_give(self, cast: Cast, source: Source) -> None:
        assert f"/hooks/{cast.organisation.slug}/{source.slug}" in text(browser_of(cast).get(url(source)))

    def test_names_what_is_wrong_and_never_repeats_a_secret(self, cast: Cast, source: Source) -> None:
        answer = browser_of(cast).post(url(source), NEW | {"scheme": "header", "secret": "a short one"})
        assert answer.status_code == 422
        assert "so that nobody guesses it" in text(answer)
        assert "This is needed." in text(answer)
        assert "a short one" not in text(answer)

    def test_names_the_schemes_that_have_a_field_so_that_only_those_of_the_chosen_one_are_shown(
        self, cast: Cast, source: Source
    ) -> None:
        page = text(browser_of(cast).get(url(source)))
        found = re.findall(r'data-schemes="([^"]*)".*?name="(\w+)"', page, re.DOTALL)
        having = {name: schemes for schemes, name in found}
        assert {"header": "header hmac", "user": "basic", "content": "hmac"}.items() <= having.items()
        rules = STYLES.read_text(encoding="utf-8")
        assert all(f'option[value="{each}"]:checked) [data-schemes]' in rules for each in DoorScheme.values)

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        assert browser_of(cast, name).get(url(source)).status_code == 404


class TestClosing:
    def test_closes_a_webhook(self, cast: Cast, source: Source) -> None:
        door, _ = make_door(source, cast)
        assert browser_of(cast).post(url(source, f"/{door.id}/closing")).status_code == 302
        with acting_as(cast.supervisor):
            assert Door.objects.get(id=door.id).closed_at is not None

    def test_is_not_found_under_another_source(self, cast: Cast, source: Source) -> None:
        door, _ = make_door(make_source(cast), cast)
        assert browser_of(cast).post(url(source, f"/{door.id}/closing")).status_code == 404
