# SPDX-License-Identifier: Apache-2.0
"""Setting up webhooks and closing them."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.core.hiding import reveal
from longwatch.intake.door_models import Door, purpose
from longwatch.intake.models import Source
from longwatch.intake.services.doors import MOST_OPEN, close_door, open_door
from tests.access.entries import actions
from tests.intake.cast_signals import make_door, make_source
from tests.personas import Cast

GOOD = "0123456789abcdef"


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def attempt(cast: Cast, source: Source, name: str = "supervisor", **fields: Any) -> tuple[Door, str]:
    usual: dict[str, Any] = {"label": "Tool", "scheme": "github", "settings": {}}
    with acting_as(cast.actors[name]):
        return open_door(source.id, **usual | fields, by=cast.actors[name])


class TestOpenDoor:
    def test_makes_a_secret_that_nobody_can_guess_and_hides_it(self, cast: Cast, source: Source) -> None:
        door, secret = attempt(cast, source)
        assert len(secret) >= 43
        assert secret not in door.wrapped
        assert reveal(door.wrapped, purpose(door.id)) == secret
        assert attempt(cast, source)[1] != secret
        with acting_as(cast.auditor):
            assert actions(door.id) == ["webhook.opened"]

    def test_takes_a_secret_that_the_vendor_made(self, cast: Cast, source: Source) -> None:
        assert attempt(cast, source, secret=GOOD)[1] == GOOD

    def test_makes_the_form_that_standard_webhooks_asks_for(self, cast: Cast, source: Source) -> None:
        assert attempt(cast, source, scheme="standard")[1].startswith("whsec_")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"label": " "}, "label"),
            ({"scheme": "trust me"}, "scheme"),
            ({"secret": "short"}, "secret"),
            ({"secret": "a" * 30}, "secret"),
            ({"secret": "ü" * 20}, "secret"),
            ({"scheme": "header"}, "header"),
            ({"scheme": "header", "settings": {"header": "No header"}}, "header"),
            ({"scheme": "basic", "settings": {"user": "a:b"}}, "user"),
            ({"scheme": "hmac", "settings": {"header": "X-S", "algorithm": "md5"}}, "algorithm"),
            ({"scheme": "hmac", "settings": {"header": "X-S", "content": "{timestamp}.{body}"}}, "timestamp"),
            ({"scheme": "hmac", "settings": {"header": "X-S", "timestamp": "X-T"}}, "content"),
        ],
    )
    def test_refuses_what_would_not_hold(self, cast: Cast, source: Source, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            attempt(cast, source, **wrong)
        assert field in refusal.value.fields

    def test_keeps_the_blank_at_the_end_of_a_prefix(self, cast: Cast, source: Source) -> None:
        door, _ = attempt(cast, source, scheme="header", settings={"header": " Authorization ", "prefix": "Bearer "})
        assert door.settings == {"header": "Authorization", "prefix": "Bearer "}

    def test_refuses_more_than_anybody_needs(self, cast: Cast, source: Source) -> None:
        for _ in range(MOST_OPEN):
            make_door(source, cast)
        with pytest.raises(Invalid):
            attempt(cast, source)

    def test_refuses_whoever_does_not_manage_sources(self, cast: Cast, source: Source) -> None:
        with pytest.raises(NotAllowed):
            attempt(cast, source, "analyst")
        with pytest.raises(NotFound):
            attempt(cast, source, "outsider")


class TestCloseDoor:
    def test_closes_once(self, cast: Cast, source: Source) -> None:
        door, _ = make_door(source, cast)
        for _ in range(2):
            with acting_as(cast.supervisor):
                assert close_door(door.id, by=cast.supervisor).closed_at is not None
        with acting_as(cast.auditor):
            assert actions(door.id) == ["webhook.opened", "webhook.closed"]

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        door, _ = make_door(source, cast)
        with acting_as(cast.actors[name]), pytest.raises(NotFound):
            close_door(door.id, by=cast.actors[name])
