# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One box: was this reported before?."""

    name = "longwatch.search"
    label = "search"
