# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger."""

    name = "longwatch.ledger"
    label = "ledger"
