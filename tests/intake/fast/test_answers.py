# SPDX-License-Identifier: Apache-2.0
"""Answers of the short way."""

import json

from longwatch.core.ids import uuid7
from longwatch.core.problem import problem_document
from longwatch.intake.arrival import Received
from longwatch.intake.fast.answers import problem, received, replayed


class TestProblem:
    """problem"""

    def test_has_the_form_of_the_rest_of_the_api(self) -> None:
        given = problem(422, "No.", code="invalid", errors=[{"line": 3, "field": "title"}], rejected=1)
        usual = problem_document(422, "No.", code="invalid")
        assert json.loads(given.body) == {**usual, "errors": [{"line": 3, "field": "title"}], "rejected": 1}
        assert usual["type"] == "urn:longwatch:problem:invalid"


class TestReplayed:
    """replayed"""

    def test_keeps_the_headers_and_says_that_nothing_was_done(self) -> None:
        first = received(Received(uuid7(), created=True, count=1, severity=2))
        again = replayed(first.status, first.body)
        assert (again.status, again.body) == (first.status, first.body)
        assert set(again.headers) == {*first.headers, (b"idempotency-replayed", b"true")}

    def test_knows_a_refusal_again(self) -> None:
        first = problem(422, "No.", code="invalid")
        assert (b"content-type", b"application/problem+json") in replayed(first.status, first.body).headers
