# SPDX-License-Identifier: Apache-2.0
"""More privacy officers than the one of the cast."""

from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.accounts import create_account
from tests.personas import Cast


def another_officer(cast: Cast, *more: str) -> Account:
    """A second privacy officer, who may have other roles, too."""
    with acting_as(cast.administrator):
        return create_account(
            email="paul@example.org", name="Paul Privacy", roles=["privacy", *more], by=cast.administrator
        )
