# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Sources, signals and their occurrences, the report form and triage."""

    name = "longwatch.intake"
    label = "intake"
