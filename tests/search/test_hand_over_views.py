# SPDX-License-Identifier: Apache-2.0
"""The pages of closing an account, and of deciding who takes over."""

import pytest

from longwatch.access.context import acting_as
from longwatch.access.leaving import HandOver
from longwatch.access.models import Account
from longwatch.cases.models import Case
from tests.access.ageing import LONG, signed_in
from tests.personas import Cast
from tests.search.services.test_handing_over import a_case, close


def address(cast: Cast) -> str:
    return f"/administration/people/{cast.lead.id}/closing"


class TestClosing:
    """closing"""

    def test_shows_numbers_and_no_word_of_what_it_is(self, cast: Cast) -> None:
        case = a_case(cast)
        page = signed_in(cast.accounts["administrator"]).get(address(cast)).content.decode()
        assert "<li>1 compartment that nobody else reads</li>" in page
        assert "Zebra" not in page
        assert case.reference not in page
        assert "Ask the bank" not in page

    def test_asks_who_one_is(self, cast: Cast) -> None:
        answer = signed_in(cast.accounts["administrator"], LONG).post(address(cast), {"reason": "Left"})
        assert answer["Location"].startswith("/confirm?")

    def test_names_what_has_nobody_yet(self, cast: Cast) -> None:
        a_case(cast)
        answer = signed_in(cast.accounts["administrator"]).post(address(cast), {"reason": "Left"})
        assert answer.status_code == 422
        assert "Choose somebody who can take this over: Cases." in answer.content.decode()
        assert Account.objects.get(id=cast.lead.id).is_active

    def test_closes_and_shows_what_became_of_it(self, cast: Cast) -> None:
        a_case(cast)
        browser = signed_in(cast.accounts["administrator"])
        sent = {"reason": "Left", "successor-cases": str(cast.investigator.id)}
        page = browser.get(browser.post(address(cast), sent)["Location"]).content.decode()
        assert "Waits for a decision" in page
        assert not Account.objects.get(id=cast.lead.id).is_active


class TestWayThere:
    """Links to the list"""

    @pytest.mark.parametrize(("who", "page"), [("administrator", "/administration/"), ("privacy", "/hand-overs")])
    def test_is_where_administrators_and_privacy_officers_look(self, cast: Cast, who: str, page: str) -> None:
        assert 'href="/hand-overs"' in signed_in(cast.accounts[who]).get(page).content.decode()


class TestDecide:
    """decide"""

    def test_lets_a_privacy_officer_name_the_successor(self, cast: Cast) -> None:
        case = a_case(cast)
        close(cast, cases=cast.investigator)
        browser = signed_in(cast.accounts["privacy"])
        page = browser.get("/hand-overs").content.decode()
        assert "Leo Lead left" in page
        assert case.reference not in page
        with acting_as(cast.privacy):
            row = HandOver.objects.get()
        answer = browser.post(f"/hand-overs/{row.id}", {"successor": str(cast.investigator.id)})
        assert answer.status_code == 302
        with acting_as(cast.investigator):
            assert Case.objects.get(id=case.id).lead_id == cast.investigator.id
        assert case.reference in signed_in(cast.accounts["investigator"]).get("/hand-overs").content.decode()
