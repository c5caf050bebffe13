# SPDX-License-Identifier: Apache-2.0
"""Where people are signed in, and how often it failed."""

from longwatch.access.sign_in_models import Session, Throttle
from tests.access.ageing import signed_in
from tests.personas import Cast


class TestSession:
    """Session"""

    def test_of_somebody_who_is_not_signed_in_is_nobodys(self, cast: Cast) -> None:
        signed_in(cast.accounts["analyst"])
        assert Session.objects.get(account_id=cast.analyst.id).signed_in_at is not None
        assert Session().account_id is None


class TestThrottle:
    """Throttle"""

    def test_says_what_is_counted(self) -> None:
        assert str(Throttle(kind="account", failures=3)) == "account: 3"
