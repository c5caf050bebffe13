# SPDX-License-Identifier: Apache-2.0
"""What senders ask before they send."""

import json

import pytest

from longwatch.intake.ways.handshakes import LONGEST_CHALLENGE, after_signing, before_signing, why_to_keep

NONE: frozenset[str] = frozenset()
GRAPH = frozenset({"graph"})
OKTA = "x-okta-verification-challenge"


class TestBeforeSigning:
    def test_repeats_the_challenge_of_okta_as_json(self) -> None:
        answer = before_signing("GET", NONE, {OKTA: 'a"b'}, "")
        assert answer is not None
        assert (answer.status, json.loads(answer.body)) == (200, {"verification": 'a"b'})

    def test_repeats_the_token_of_microsoft_graph_as_plain_text(self) -> None:
        answer = before_signing("POST", GRAPH, {}, "validationToken=Validation%3A+%3Cb%3E")
        assert answer is not None
        assert answer.body == b"Validation: <b>"
        assert (b"content-type", b"text/plain; charset=utf-8") in answer.headers
        assert (b"x-content-type-options", b"nosniff") in answer.headers

    @pytest.mark.parametrize(
        ("method", "schemes", "headers", "query"),
        [
            ("POST", NONE, {OKTA: "abc"}, ""),
            ("GET", NONE, {OKTA: ""}, ""),
            ("GET", NONE, {OKTA: "x" * (LONGEST_CHALLENGE + 1)}, ""),
            ("GET", NONE, {OKTA: "a\x00b"}, ""),
            ("POST", NONE, {}, "validationToken=abc"),
            ("POST", GRAPH, {}, "validationToken=a%0Ab"),
            ("POST", GRAPH, {}, ""),
        ],
    )
    def test_answers_nothing_else(
        self, method: str, schemes: frozenset[str], headers: dict[str, str], query: str
    ) -> None:
        assert before_signing(method, schemes, headers, query) is None


class TestAfterSigning:
    def test_greets_github_and_nobody_else(self) -> None:
        answer = after_signing({"x-github-event": "ping"})
        assert answer is not None
        assert answer.status == 200
        assert after_signing({"x-github-event": "push"}) is None


class TestWhyToKeep:
    def test_leaves_a_subscription_of_amazon_to_an_administrator(self) -> None:
        assert "SubscribeURL" in why_to_keep({"x-amz-sns-message-type": "SubscriptionConfirmation"})
        assert why_to_keep({"x-amz-sns-message-type": "Notification"}) == why_to_keep({}) == ""
