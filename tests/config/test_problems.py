# SPDX-License-Identifier: Apache-2.0
import http.client
import json
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field

import pytest
from django.http import HttpResponseNotAllowed
from django.test import Client, RequestFactory

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.config.problems import ProblemAnswers
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from tests.intake.cast_signals import make_source, make_token
from tests.personas import Cast, make_cast

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


@dataclass(frozen=True)
class Asked:
    """A request that is refused, and how."""

    status: int
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    signed: bool = True


JSON = {"Content-Type": "application/json"}
REFUSED = {
    "an unknown address": Asked(404, "GET", "/api/v1/no/such"),
    "an unknown address below a known one": Asked(404, "POST", "/api/v1/incidents/none/closure", b"{}", JSON),
    "another version of the API": Asked(404, "GET", "/api/v9/incidents"),
    "a wrong method": Asked(405, "PUT", "/api/v1/me"),
    "a wrong method at the short way": Asked(405, "PUT", "/api/v1/signals"),
    "no token": Asked(401, "GET", "/api/v1/incidents", signed=False),
    "no token for an alert": Asked(401, "POST", "/api/v1/signals", b"{}", JSON, signed=False),
    "an unknown token": Asked(401, "GET", "/api/v1/me", headers={"Authorization": "Bearer no"}, signed=False),
    "malformed JSON": Asked(400, "POST", "/api/v1/incidents", b"{", JSON),
    "malformed JSON at the short way": Asked(400, "POST", "/api/v1/signals", b"{", JSON),
    "text that is not UTF-8": Asked(400, "POST", "/api/v1/incidents", b'{"title": "\xff"}', JSON),
    "another kind of body": Asked(400, "POST", "/api/v1/incidents", b"<title/>", {"Content-Type": "text/xml"}),
    "a form without its file": Asked(422, "POST", f"/api/v1/records/incident/{uuid7()}/exhibits", b"{}", JSON),
    "a missing field": Asked(422, "POST", "/api/v1/incidents", b"{}", JSON),
    "a missing field at the short way": Asked(422, "POST", "/api/v1/signals", b'{"severity": 3}', JSON),
    "no lines at all": Asked(422, "POST", "/api/v1/signals/bulk", b""),
    "a wrong parameter": Asked(422, "GET", "/api/v1/incidents?limit=many"),
    "a wrong cursor": Asked(422, "GET", "/api/v1/incidents?cursor=zzz"),
    "a wrong If-Match": Asked(422, "PATCH", f"/api/v1/incidents/{uuid7()}", b"{}", JSON | {"If-Match": "abc"}),
    "a wrong key": Asked(422, "POST", "/api/v1/incidents", b"{}", JSON | {"Idempotency-Key": "x" * 300}),
    "a record that is not there": Asked(404, "GET", f"/api/v1/cases/{uuid7()}"),
    "a body that is too large": Asked(413, "POST", "/api/v1/incidents", b" " * 6_000_000, JSON),
    "an alert that is too large": Asked(413, "POST", "/api/v1/signals", b" " * 2_000_000, JSON),
    "a host that is not ours": Asked(400, "GET", "/api/v1/me", headers={"Host": "elsewhere.example"}),
}


class TestServed:
    """Refusals as they leave the server, the short way included"""

    def test_are_all_problem_documents_of_one_form(self, committed_db: Address, live_server_process: str) -> None:
        cast = make_cast()
        by = cast.analyst
        with acting_as(by):
            _, token = create_token(account_id=by.id, label="t", permissions=by.permissions, by=by)
        tokens = {False: token, True: make_token(cast, make_source(cast))}
        wrong = {name: found for name, asked in REFUSED.items() if (found := told(live_server_process, tokens, asked))}
        assert wrong == {}


def told(base_url: str, tokens: Mapping[bool, str], asked: Asked) -> str:
    """What is wrong about the answer to a request; empty when it is as it must be."""
    token = tokens[asked.path.startswith("/api/v1/signals")]
    headers = {"Authorization": f"Bearer {token}"} if asked.signed else {}
    with closing(http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=60)) as connection:
        # A body may be refused before all of it is read.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(asked.method, asked.path, asked.body, {**headers, **asked.headers})
        answer = connection.getresponse()
        text = answer.read()
    if (answer.status, answer.headers["Content-Type"]) != (asked.status, PROBLEM):
        return f"{answer.status} {answer.headers['Content-Type']} {text[:200]!r}"
    document = json.loads(text)
    right = {"type": f"urn:longwatch:problem:{document['code']}", "status": asked.status}
    return "" if document | right == document and document["title"] and document["detail"] else str(document)
