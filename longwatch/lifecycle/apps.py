# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    """How long records are kept, what keeps them longer, and how their content goes."""

    name = "longwatch.lifecycle"
    label = "lifecycle"
