# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Timeline, tasks and links of records."""

    name = "longwatch.records"
    label = "records"
