# SPDX-License-Identifier: Apache-2.0
"""Where the administration of analyzers is."""

from django.urls import reverse


def test_is_part_of_the_administration() -> None:
    assert reverse("analyzers-admin:list") == "/administration/analyzers/"
    assert reverse("analyzers-admin:one", args=["Tiny"]) == "/administration/analyzers/Tiny"
