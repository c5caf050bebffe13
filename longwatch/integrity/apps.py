# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    """Verification, its runs and the page for auditors."""

    name = "longwatch.integrity"
    label = "integrity"
