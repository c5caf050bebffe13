# SPDX-License-Identifier: Apache-2.0
"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator; nobody signs up by themself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
