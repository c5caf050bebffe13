# SPDX-License-Identifier: Apache-2.0
"""A set-up Django for one command."""

import os

import django

SETTINGS_MODULE = "longwatch.config.settings"


def set_up_django() -> None:
    """Load settings and apps; the database may not run yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    django.setup()
