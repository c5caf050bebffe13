# SPDX-License-Identifier: Apache-2.0
"""What senders ask before they send: whether the address is really ours. Answered without fetching anything."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import msgspec

from longwatch.intake.fast.answers import JSON, Answer, Header

LONGEST_CHALLENGE = 1_000
TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
NOT_SNIFFED: Header = (b"x-content-type-options", b"nosniff")
SUBSCRIPTION = (
    "Amazon SNS asks whether it may send here. If you expect this, open the address SubscribeURL in it yourself: "
    "nothing here opens addresses that a message names."
)
Headers = Mapping[str, str]


def before_signing(method: str, scheme_names: frozenset[str], headers: Headers, query: str) -> Answer | None:
    """The answer to a question that comes without any secret; None when there is none.

    It repeats what was sent, as no kind of page, and only where such a webhook was set up.
    """
    challenge = headers.get("x-okta-verification-challenge", "")
    if method == "GET" and _is_plain(challenge):
        return Answer(200, msgspec.json.encode({"verification": challenge}), (JSON, NOT_SNIFFED))
    token = next(iter(parse_qs(query).get("validationToken", [])), "")
    if method == "POST" and "graph" in scheme_names and _is_plain(token):
        return Answer(200, token.encode(), (TEXT, NOT_SNIFFED))
    return None


def after_signing(headers: Headers) -> Answer | None:
    """The answer to a greeting that is no signal; None when there is none."""
    if headers.get("x-github-event") == "ping":
        return Answer(200, b'{"status":"pong"}')
    return None


def why_to_keep(headers: Headers) -> str:
    """Why this is for an administrator to read instead of a signal; empty when it is not."""
    kind = headers.get("x-amz-sns-message-type", "")
    return SUBSCRIPTION if kind in ("SubscriptionConfirmation", "UnsubscribeConfirmation") else ""


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST_CHALLENGE and text.isprintable()
