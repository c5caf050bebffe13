# SPDX-License-Identifier: Apache-2.0
"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from longwatch.access.actors import actor_of
from longwatch.access.models import Account
from longwatch.access.services.accounts import change_password


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator; nobody signs up by themself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def set_password(self, user: Account, password: str) -> None:
        """Through our own service, so that the change is in the ledger."""
        change_password(user.id, password=password, by=actor_of(user))
        user.refresh_from_db()
