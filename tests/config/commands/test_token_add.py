# SPDX-License-Identifier: Apache-2.0
"""`longwatch token add`"""

import argparse
from datetime import UTC, datetime, timedelta

import pytest

from longwatch.access.actors import actor_of_token
from longwatch.access.context import acting_as
from longwatch.access.models import ApiToken
from longwatch.config.cli import parser
from longwatch.config.commands.token_add import run
from longwatch.core import clock
from longwatch.core.errors import Invalid, NotFound
from tests.personas import Cast


def words(cast: Cast, *more: str) -> argparse.Namespace:
    return parser().parse_args(["token", "add", cast.accounts["analyst"].email, "--label", "Script", *more])


def made(cast: Cast) -> ApiToken:
    with acting_as(cast.analyst):
        return ApiToken.objects.get(account_id=cast.analyst.id)


class TestRun:
    """run"""

    def test_shows_a_token_of_all_that_the_account_may(self, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(words(cast)) == 0
        actor = actor_of_token(capsys.readouterr().out.strip())
        assert (actor.id, actor.permissions) == (cast.analyst.id, cast.analyst.permissions)
        assert made(cast).expires_at is None

    def test_keeps_to_the_permissions_that_are_named(self, cast: Cast) -> None:
        run(words(cast, "--permission", "signal:read"))
        assert made(cast).permissions == ["signal:read"]

    @pytest.mark.parametrize("days", [1, 30, 90])
    def test_lets_it_end_after_days(self, cast: Cast, days: int) -> None:
        run(words(cast, "--expires", f"{days}d"))
        ends = made(cast).expires_at
        assert ends is not None
        assert abs(ends - clock.now() - timedelta(days=days)) < timedelta(minutes=5)

    def test_lets_it_end_with_a_day(self, cast: Cast) -> None:
        run(words(cast, "--expires", "2099-01-31"))
        assert made(cast).expires_at == datetime(2099, 2, 1, tzinfo=UTC)

    @pytest.mark.parametrize("when", ["soon", "2001-01-01", "-1d", "999999999999d", "9999-12-31", ""])
    def test_refuses_an_end_that_is_none(self, cast: Cast, when: str) -> None:
        with pytest.raises(Invalid):
            run(words(cast, f"--expires={when}"))

    def test_knows_active_accounts_only(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            run(parser().parse_args(["token", "add", "nobody@example.org", "--label", "Script"]))
