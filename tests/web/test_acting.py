# SPDX-License-Identifier: Apache-2.0
"""One transaction a request, and what the database cannot hold."""

import pytest
from django.test import Client

from tests.personas import Cast


class TestActorMiddleware:
    @pytest.mark.parametrize("address", ["/incidents/%00", "/incidents?category=%00", "/cases?q=%00"])
    def test_answers_what_cannot_be_stored_with_a_refusal(self, cast: Cast, client: Client, address: str) -> None:
        client.force_login(cast.accounts["analyst"])
        answer = client.get(address)
        assert answer.status_code == 422
        assert "such as NUL" in answer.content.decode()

    def test_reads_only_numbers_as_a_severity(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.accounts["analyst"])
        assert client.get("/incidents?severity=%C2%B2").status_code == 200
