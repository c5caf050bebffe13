# SPDX-License-Identifier: Apache-2.0
"""Addresses of sections do not take those of cases away."""

from uuid import uuid4

import pytest
from django.urls import resolve


class TestAddresses:
    @pytest.mark.parametrize("path", ["/cases/CASE-7K3F-Q2", "/cases/CASE-7K3F-Q2/tasks/new", "/cases/new"])
    def test_a_case_keeps_its_own(self, path: str) -> None:
        assert resolve(path).namespaces == ["cases"]

    def test_a_section_has_its_page(self) -> None:
        assert resolve(f"/cases/sections/{uuid4()}").view_name == "sections:section"
