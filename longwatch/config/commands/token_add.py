# SPDX-License-Identifier: Apache-2.0
"""`longwatch token add`: API tokens from the command line."""

import argparse
from datetime import UTC, date, datetime, time, timedelta

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.tokens import create_token
from longwatch.core import clock
from longwatch.core.errors import Invalid, NotFound

VIA = "command line"


def run(arguments: argparse.Namespace) -> int:
    """Make the token in the account's own name and show it this once."""
    account = Account.objects.filter(email__iexact=arguments.email, is_active=True).first()
    if account is None:
        raise NotFound(f"There is no active account {arguments.email}.")
    by = actor_of(account, via=VIA)
    permissions = arguments.permission or sorted(by.permissions)
    with acting_as(by):
        _, text = create_token(
            account_id=account.id, label=arguments.label, permissions=permissions, expires_at=_end(arguments.expires),
            by=by,
        )  # fmt: skip
    print(text)
    return 0


def _end(wanted: str) -> datetime | None:
    """`never`, a number of days such as `30d`, or the last day such as `2027-01-31` (in UTC)."""
    if wanted == "never":
        return None
    try:
        if wanted.endswith("d"):
            return clock.now() + timedelta(days=int(wanted[:-1]))
        return datetime.combine(date.fromisoformat(wanted) + timedelta(days=1), time.min, tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        sentence = "use never, a number of days such as 30d, or the last day such as 2027-01-31"
        raise Invalid("The end of the token is not usable.", fields={"expires": sentence}) from error
