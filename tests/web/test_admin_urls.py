# SPDX-License-Identifier: Apache-2.0
"""Addresses and names of pages lead to each other."""

from uuid import UUID

import pytest
from django.urls import URLPattern, resolve, reverse

from longwatch.web import admin_urls

NOBODY = UUID("00000000-0000-7000-8000-00000000000f")


class TestAddresses:
    @pytest.mark.parametrize("entry", admin_urls.urlpatterns, ids=lambda entry: str(entry.name))
    def test_lead_to_the_page_of_their_name(self, entry: URLPattern) -> None:
        arguments = dict.fromkeys(entry.pattern.converters, NOBODY)
        found = resolve(reverse(f"admin:{entry.name}", kwargs=arguments))
        assert (found.func, found.kwargs) == (entry.callback, arguments)
