# SPDX-License-Identifier: Apache-2.0
"""What every form of a case says about who will read it."""

import pytest
from django.test import Client
from django.urls import reverse

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.models import Case
from tests.personas import Cast


@pytest.mark.parametrize(("form", "members_only"), [("decision-new", True), ("incident-raise", False)])
def test_a_form_says_who_will_read_what_is_typed(cast: Cast, case: Case, form: str, members_only: bool) -> None:
    browser = Client()
    browser.force_login(cast.accounts["lead"], backend="allauth.account.auth_backends.AuthenticationBackend")
    with acting_as(cast.lead):
        reference = selectors.case(case.id).reference
    page = browser.get(reverse(f"cases:{form}", args=[reference])).content.decode()
    assert ("can read this" in page) is members_only
    assert ("Everybody who handles incidents will read this" in page) is not members_only
