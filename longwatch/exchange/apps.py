# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """What leaves the house, for whom, and how it can be proven."""

    name = "longwatch.exchange"
    label = "exchange"
