# SPDX-License-Identifier: Apache-2.0
"""The pages' shell, components and style."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The Django app for everything pages share."""

    name = "longwatch.web"
    label = "web"
