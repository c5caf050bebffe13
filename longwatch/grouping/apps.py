# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class GroupingConfig(AppConfig):
    """Candidate incidents out of signals."""

    name = "longwatch.grouping"
    label = "grouping"
