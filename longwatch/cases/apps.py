# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """What is carried to a defensible close."""

    name = "longwatch.cases"
    label = "cases"
