# SPDX-License-Identifier: Apache-2.0
"""Whether a webhook comes from who holds its secret; the first two examples are those that the vendors publish."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from longwatch.core.errors import SignInNeeded
from longwatch.intake.ways.signatures import (
    SIGNINGS,
    WINDOW_SECONDS,
    Signing,
    basic,
    is_signed,
    signature,
    signing_of,
    verify,
)

NOW = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET = "correct horse battery staple"
BODY = b'{"title": "Door forced"}'
STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def passes(
    scheme: str,
    headers: dict[str, str],
    body: bytes = BODY,
    now: datetime = NOW,
    settings: dict[str, str] | None = None,
) -> bool:
    try:
        verify(scheme, settings or {}, SECRET, headers, body, now)
    except SignInNeeded:
        return False
    return True


def signed(scheme: str, body: bytes = BODY, stamp: str = STAMP) -> dict[str, str]:
    """The headers that a sender of this kind makes."""
    signing = SIGNINGS[scheme]
    headers = {signing.timestamp: stamp, signing.identity: "msg_1"} if signing.timestamp else {}
    return headers | {signing.header: signature(signing, SECRET, headers, body)}


class TestPublishedExamples:
    def test_of_github(self) -> None:
        headers = {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
        verify("github", {}, "It's a Secret to Everybody", headers, b"Hello, World!", NOW)

    def test_of_standard_webhooks(self) -> None:
        moment = datetime.fromtimestamp(1614265330, UTC)
        verify("standard", {}, STANDARD_SECRET, STANDARD, b'{"test": 2432232314}', moment)


class TestSignedBodies:
    """Each kind of signature"""

    @pytest.mark.parametrize("scheme", sorted(SIGNINGS))
    def test_passes_as_it_was_sent(self, scheme: str) -> None:
        assert passes(scheme, signed(scheme))

    @pytest.mark.parametrize("scheme", sorted(SIGNINGS))
    def test_covers_each_byte_of_the_body(self, scheme: str) -> None:
        headers = signed(scheme)
        assert not passes(scheme, headers, BODY + b" ")
        assert not passes(scheme, headers, b"")

    @pytest.mark.parametrize("scheme", sorted(SIGNINGS))
    def test_is_refused_when_it_is_missing_or_odd(self, scheme: str) -> None:
        header = SIGNINGS[scheme].header
        for odd in ("", "v1=", "sha256=", "Ünïcode", "0" * 64):
            assert not passes(scheme, signed(scheme) | {header: odd})
        assert not passes(scheme, {})

    @pytest.mark.parametrize("scheme", [name for name, each in SIGNINGS.items() if each.timestamp])
    @pytest.mark.parametrize("seconds", [-WINDOW_SECONDS - 1, WINDOW_SECONDS + 1])
    def test_is_refused_outside_of_five_minutes(self, scheme: str, seconds: int) -> None:
        headers = signed(scheme)
        assert passes(scheme, headers, now=NOW + timedelta(seconds=seconds - (1 if seconds > 0 else -1)))
        assert not passes(scheme, headers, now=NOW + timedelta(seconds=seconds))

    @pytest.mark.parametrize("stamp", ["", "now", "-5", "1e9", "١٦١٤٢٦٥٣٣٠", "9" * 30])
    def test_is_refused_with_a_time_that_is_none(self, stamp: str) -> None:
        assert not passes("standard", signed("standard", stamp=stamp))

    def test_covers_its_time(self) -> None:
        later = str(int(STAMP) + 10)
        assert not passes("grafana", signed("grafana") | {"x-grafana-alerting-timestamp": later})

    def test_may_be_one_of_several_while_a_secret_is_changed(self) -> None:
        good = signed("pagerduty")["x-pagerduty-signature"]
        assert passes("pagerduty", {"x-pagerduty-signature": f"v1={'0' * 64},{good}"})
        assert not passes("pagerduty", {"x-pagerduty-signature": ",".join([*["v1=0"] * 10, good])})

    def test_takes_milliseconds_as_well(self) -> None:
        assert passes("grafana", signed("grafana", stamp=STAMP + "000"))


class TestOtherSignatures:
    """An operator's own signing"""

    def test_is_put_together_from_settings(self) -> None:
        settings = {
            "header": "X-Sign", "algorithm": "sha512", "encoding": "base64", "prefix": "k=", "timestamp": "x-time",
            "content": "{timestamp}.{body}",
        }  # fmt: skip
        signing = signing_of("hmac", settings)
        assert signing == Signing("x-sign", "sha512", "base64", "k=", "", "x-time", "", "{timestamp}.{body}")
        headers = {"x-time": STAMP}
        headers["x-sign"] = signature(signing, SECRET, headers, BODY)
        assert passes("hmac", headers, settings=settings)
        assert not passes("hmac", headers, BODY + b"x", settings=settings)

    def test_signs_the_body_alone_by_default(self) -> None:
        signing = Signing("x-sign")
        assert is_signed(signing, SECRET, {"x-sign": signature(signing, SECRET, {}, BODY)}, BODY, NOW)

    def test_leaves_braces_in_a_body_alone(self) -> None:
        body = b"{timestamp}{id}"
        assert passes("standard", signed("standard", body), body)


class TestSecretsThatAreSent:
    def test_in_a_header_with_what_stands_before(self) -> None:
        settings = {"header": "Authorization", "prefix": "Bearer "}
        assert passes("header", {"authorization": f"Bearer {SECRET}"}, settings=settings)
        for wrong in (SECRET, f"bearer {SECRET}", f"Bearer {SECRET}x", "Bearer ", ""):
            assert not passes("header", {"authorization": wrong}, settings=settings)

    def test_as_user_and_password(self) -> None:
        assert passes("basic", {"authorization": basic("okta", SECRET)}, settings={"user": "okta"})
        assert not passes("basic", {"authorization": basic("other", SECRET)}, settings={"user": "okta"})
        assert not passes("basic", {}, settings={"user": "okta"})

    def test_as_state_of_each_notification_of_microsoft_graph(self) -> None:
        def body(*states: object) -> bytes:
            return json.dumps({"value": [{"clientState": state} for state in states]}).encode()

        assert passes("graph", {}, body(SECRET, SECRET))
        for wrong in (
            body(),
            body(SECRET, "x"),
            body(None),
            body(5),
            body("\ud800"),
            b"{}",
            b"[]",
            b"x",
            b'{"value":5}',
        ):
            assert not passes("graph", {}, wrong)
