# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the package."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Files: hashed while they arrive, addressed by content, never rendered."""

    name = "longwatch.evidence"
    label = "evidence"
