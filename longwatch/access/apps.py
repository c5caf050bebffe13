# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who may do and see what."""

    name = "longwatch.access"
    label = "access"
