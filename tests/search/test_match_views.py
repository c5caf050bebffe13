# SPDX-License-Identifier: Apache-2.0
"""The sealed match as a page and by API; what it answers: tests/search/services/test_sealed_match.py."""

from django.test import Client

from longwatch.access.context import acting_as
from longwatch.cases.selectors import case_ref
from longwatch.entities.services.mentions import add_mention
from tests.cases.material import a_bare_case
from tests.personas import Cast

ASKED = {"kind": "person", "value": "Viktor Brandt", "reason": "A visitor gives this name."}


def named(cast: Cast) -> str:
    with acting_as(cast.investigator):
        case = a_bare_case(cast, title="Threats by a former driver")
        add_mention(case_ref(case), kind="person", value="Viktor Brandt", by=cast.investigator)
    return case.reference


class TestSealedMatch:
    """sealed_match"""

    def test_says_yes_and_whom_to_ask_and_nothing_of_the_case(self, cast: Cast) -> None:
        reference = named(cast)
        client = Client()
        client.force_login(cast.accounts["analyst"])
        answer = client.post("/search/sealed-match", ASKED)
        assert answer.status_code == 200
        assert "Ines Investigator" in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        assert reference not in answer.text
        assert "Threats" not in answer.text

    def test_asks_nothing_by_an_address(self, cast: Cast) -> None:
        named(cast)
        client = Client()
        client.force_login(cast.accounts["analyst"])
        assert "Ines Investigator" not in client.get("/search/sealed-match", ASKED).text

    def test_says_no(self, cast: Cast) -> None:
        client = Client()
        client.force_login(cast.accounts["analyst"])
        assert "No incident or case names this" in client.post("/search/sealed-match", ASKED).text

    def test_refuses_a_question_without_a_reason_and_keeps_what_was_typed(self, cast: Cast) -> None:
        client = Client()
        client.force_login(cast.accounts["analyst"])
        answer = client.post("/search/sealed-match", ASKED | {"reason": "so"})
        assert answer.status_code == 422
        assert "Viktor Brandt" in answer.text
