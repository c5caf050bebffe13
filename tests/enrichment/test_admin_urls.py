# SPDX-License-Identifier: Apache-2.0
"""Where the administration of intelligence is."""

from django.urls import reverse


def test_is_part_of_the_administration() -> None:
    assert reverse("enrichment-admin:intelligence") == "/administration/intelligence/"
