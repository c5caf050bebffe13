# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class EnrichmentConfig(AppConfig):
    """What is known about the things that signals name: intelligence, inventory, watch-lists, sightings."""

    name = "longwatch.enrichment"
    label = "enrichment"
