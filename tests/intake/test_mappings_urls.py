# SPDX-License-Identifier: Apache-2.0
"""Addresses of mappings."""

from django.urls import resolve, reverse

from longwatch.core.ids import uuid7


def test_a_new_one_is_made_where_no_identifier_stands() -> None:
    assert resolve(reverse("mappings:new")).view_name == "mappings:new"
    assert reverse("mappings:mapping", args=[uuid7()]).startswith("/mappings/")
