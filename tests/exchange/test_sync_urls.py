# SPDX-License-Identifier: Apache-2.0
"""Addresses of telling senders."""

from django.urls import reverse

from longwatch.core.ids import uuid7


def test_they_are_part_of_a_source() -> None:
    one = uuid7()
    assert reverse("senders:sender", args=[one]) == f"/administration/sources/{one}/sender"
