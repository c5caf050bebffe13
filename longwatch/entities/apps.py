# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    """People, places, things and indicators: what they are and their part in records."""

    name = "longwatch.entities"
    label = "entities"
