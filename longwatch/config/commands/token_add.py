# SPDX-License-Identifier: Apache-2.0
"""`longwatch token add`: API tokens from the command line."""

import argparse

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.tokens import create_token
from longwatch.core.errors import NotFound

VIA = "command line"


def run(arguments: argparse.Namespace) -> int:
    """Make the token in the account's own name and show it this once."""
    account = Account.objects.filter(email__iexact=arguments.email, is_active=True).first()
    if account is None:
        raise NotFound(f"There is no active account {arguments.email}.")
    by = actor_of(account, via=VIA)
    permissions = arguments.permission or sorted(by.permissions)
    with acting_as(by):
        _, text = create_token(account_id=account.id, label=arguments.label, permissions=permissions, by=by)
    print(text)
    return 0
