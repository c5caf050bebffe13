# SPDX-License-Identifier: Apache-2.0
"""The page on which a closure is prepared."""

import pytest
from django.test import Client
from django.urls import reverse

from longwatch.cases.models import Case
from tests.personas import Cast

WHO_ASKS = "The lead requests it"


class TestClosure:
    """Who may ask"""

    @pytest.mark.parametrize(("person", "told"), [("analyst", True), ("lead", False)])
    def test_says_who_requests_it_to_those_who_can_only_prepare_it(
        self, cast: Cast, case: Case, person: str, *, told: bool
    ) -> None:
        client = Client()
        client.force_login(cast.accounts[person], backend="allauth.account.auth_backends.AuthenticationBackend")
        text = client.get(reverse("cases:closure", args=[case.reference])).content.decode()
        assert ((WHO_ASKS in text), ("Request closure" in text)) == (told, not told)
