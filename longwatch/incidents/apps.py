# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What is handled now."""

    name = "longwatch.incidents"
    label = "incidents"
