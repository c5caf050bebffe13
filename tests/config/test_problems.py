# SPDX-License-Identifier: Apache-2.0
import json

import pytest
from django.http import HttpResponseNotAllowed
from django.test import Client, RequestFactory

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.config.problems import ProblemAnswers
from tests.personas import Cast

PROBLEM = "application/problem+json"


@pytest.mark.django_db
class TestProblemAnswers:
    def test_an_unknown_address_is_a_problem_document(self, client: Client) -> None:
        answer = client.get("/api/v1/no/such/thing")
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
        assert answer.json()["code"] == "not_found"

    def test_a_wrong_method_says_so(self, rf: RequestFactory) -> None:
        answer = ProblemAnswers(lambda request: HttpResponseNotAllowed(["GET"]))(rf.put("/api/v1/things"))
        assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
        assert "GET" in answer["Allow"]

    @pytest.mark.parametrize("title", ["\x00", "\ud800", "x" * 300 + "\x00"])
    def test_a_value_that_cannot_be_stored_is_the_callers_to_correct(
        self, cast: Cast, client: Client, title: str
    ) -> None:
        with acting_as(cast.analyst):
            _, token = create_token(
                account_id=cast.analyst.id, label="t", permissions=["incident:read", "incident:open"], by=cast.analyst
            )
        body = json.dumps({"title": "Door", "category": "FA-01", "summary": title})
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post("/api/v1/incidents", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (422, PROBLEM, "unstorable")

    def test_pages_keep_their_own_errors(self, client: Client) -> None:
        assert client.get("/no/such/page")["Content-Type"].startswith("text/html")


class TestOpenApi:
    @pytest.mark.django_db
    def test_is_version_3_1(self, client: Client) -> None:
        assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")

    @pytest.mark.django_db
    def test_its_pages_load_nothing_from_elsewhere(self, client: Client) -> None:
        page = client.get("/api/v1/docs").content.decode()
        assert "https://" not in page.replace("https://django-ninja.dev", "")
        assert "/static/ninja/" in page
