# SPDX-License-Identifier: Apache-2.0
"""Problem documents (RFC 9457)."""

import json

import pytest

from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotFound, SignInNeeded, TooMany
from longwatch.core.problem import problem_document, refusal_document, refusal_headers


class TestProblemDocument:
    """problem_document"""

    def test_has_the_members_of_the_standard(self) -> None:
        assert problem_document(404, "Nothing.") == {
            "type": "urn:longwatch:problem:not_found",
            "title": "Not Found",
            "status": 404,
            "detail": "Nothing.",
            "code": "not_found",
        }

    def test_names_fields_and_gaps_only_when_there_are_some(self) -> None:
        document = problem_document(422, "Wrong.", code="invalid", errors={"name": "Missing."}, gaps=["A task."])
        assert document["errors"] == [{"field": "name", "detail": "Missing."}]
        assert document["gaps"] == ["A task."]
        assert not {"errors", "gaps"} & set(problem_document(422, "Wrong."))


class TestRefusalDocument:
    """refusal_document"""

    @pytest.mark.parametrize(
        ("refusal", "status", "code", "extra"),
        [
            (NotFound(), 404, "not_found", set()),
            (Invalid("Wrong.", fields={"name": "Missing."}), 422, "invalid", {"errors"}),
            (Conflict("Not yet.", code="tasks_open", gaps=["A task."]), 409, "tasks_open", {"gaps"}),
            (TooMany("Slower."), 429, "too_many", set()),
        ],
    )
    def test_says_what_the_refusal_says(self, refusal: LongwatchError, status: int, code: str, extra: set[str]) -> None:
        document = refusal_document(refusal)
        assert (document["status"], document["code"], document["detail"]) == (status, code, refusal.sentence)
        assert {"errors", "gaps"} & set(document) == extra
        assert json.loads(json.dumps(document)) == document


class TestRefusalHeaders:
    """refusal_headers"""

    def test_say_how_to_sign_in(self) -> None:
        assert refusal_headers(SignInNeeded("Who?")) == {"WWW-Authenticate": 'Bearer realm="longwatch"'}

    def test_say_when_to_try_again(self) -> None:
        assert refusal_headers(TooMany("Slower.", retry_after=9)) == {"Retry-After": "9"}

    def test_say_nothing_otherwise(self) -> None:
        assert refusal_headers(NotFound()) == {}
