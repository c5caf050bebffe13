# SPDX-License-Identifier: Apache-2.0
"""Addresses of webhooks out."""

from django.urls import reverse

from longwatch.core.ids import uuid7


def test_they_are_part_of_the_administration() -> None:
    one = uuid7()
    assert reverse("webhooks:list") == "/administration/webhooks/"
    assert reverse("webhooks:subscription", args=[one]) == f"/administration/webhooks/{one}"
