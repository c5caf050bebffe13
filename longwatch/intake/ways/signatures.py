# SPDX-License-Identifier: Apache-2.0
"""Whether a webhook comes from who holds its secret: each vendor's way of showing that, as data."""

import base64
import binascii
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longwatch.core.errors import SignInNeeded

# How far the sender's clock may be from ours, and how long a request that was overheard can be sent again.
WINDOW_SECONDS = 300
ALGORITHMS = ("sha256", "sha512", "sha384", "sha1")
ENCODINGS = ("hex", "base64")
# What is signed; the body is the bytes as they came.
CONTENTS = ("{body}", "{timestamp}.{body}", "{timestamp}:{body}", "{timestamp}{body}")
MOST_SIGNATURES = 10
# The state stands inside the body: so much is read before anybody has shown who they are.
LARGEST_NOTIFICATIONS = 1_000_000
REFUSED = "The request does not show that it comes from the sender of this webhook."
# What a secret of Standard Webhooks begins with; the rest is its bytes in base64.
STANDARD_START = "whsec_"

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signing:
    """How a body is signed: a code over it, in a header, made with a shared secret."""

    header: str
    algorithm: str = "sha256"
    encoding: str = "hex"
    # Before each signature in the header; a header may hold several, such as while a secret is changed.
    prefix: str = ""
    separator: str = ""
    timestamp: str = ""
    identity: str = ""
    content: str = "{body}"


SIGNINGS: Mapping[str, Signing] = {
    "github": Signing("x-hub-signature-256", prefix="sha256="),
    "pagerduty": Signing("x-pagerduty-signature", prefix="v1=", separator=","),
    "grafana": Signing(
        "x-grafana-alerting-signature", timestamp="x-grafana-alerting-timestamp", content="{timestamp}:{body}"
    ),
    "standard": Signing(
        "webhook-signature", encoding="base64", prefix="v1,", separator=" ", timestamp="webhook-timestamp",
        identity="webhook-id", content="{id}.{timestamp}.{body}",
    ),
}  # fmt: skip
SCHEMES = ("header", "basic", "graph", *SIGNINGS, "hmac")


def signing_of(scheme: str, settings: Mapping[str, str]) -> Signing:
    """How bodies are signed under a scheme; of the general one, as its settings say."""
    if scheme in SIGNINGS:
        return SIGNINGS[scheme]
    known = {name: settings[name] for name in Signing.__slots__ if settings.get(name)}
    return Signing(**known | {"header": settings["header"].lower()})


def verify(
    scheme: str, settings: Mapping[str, str], secret: str, headers: Headers, body: bytes, now: datetime, *,
    states: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Refuse (401) a request that does not prove that its sender has the secret.

    `headers` have names in small letters. Secrets and signatures are compared in a time that tells nothing. `states`
    are those in the body (`states_in`), where several doors ask for them.
    """
    if scheme == "header":
        good = _same(headers.get(settings["header"].lower(), ""), settings.get("prefix", "") + secret)
    elif scheme == "basic":
        good = _same(headers.get("authorization", ""), basic(settings["user"], secret))
    elif scheme == "graph":
        good = _names_state(states_in(body) if states is None else states, secret)
    else:
        good = is_signed(signing_of(scheme, settings), secret, headers, body, now)
    if not good:
        raise SignInNeeded(REFUSED, code="signature_wrong")


def basic(user: str, password: str) -> str:
    """The header of basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def is_signed(signing: Signing, secret: str, headers: Headers, body: bytes, now: datetime) -> bool:
    """Whether one of the signatures in the header is right, and the request not old."""
    if signing.timestamp and not _is_recent(headers.get(signing.timestamp.lower(), ""), now):
        return False
    wanted = signature(signing, secret, headers, body)
    sent = headers.get(signing.header, "")
    each = sent.split(signing.separator) if signing.separator else [sent]
    return any(_same(one.strip(), wanted) for one in each[:MOST_SIGNATURES])


def signature(signing: Signing, secret: str, headers: Headers, body: bytes) -> str:
    """What a sender with the secret writes into the header."""
    parts = {
        "{body}": body,
        "{timestamp}": headers.get(signing.timestamp.lower(), "").encode(),
        "{id}": headers.get(signing.identity.lower(), "").encode(),
    }
    code = hmac.digest(_key(secret), b"".join(_filled(signing.content, parts)), signing.algorithm)
    text = base64.b64encode(code).decode() if signing.encoding == "base64" else code.hex()
    return signing.prefix + text


def _filled(content: str, parts: Mapping[str, bytes]) -> Iterable[bytes]:
    """The pieces of a template: its names replaced, what stands between them as it is."""
    while content:
        name = next((name for name in parts if content.startswith(name)), "")
        yield parts[name] if name else content[0].encode()
        content = content[len(name) or 1 :]


def _key(secret: str) -> bytes:
    if not secret.startswith(STANDARD_START):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(STANDARD_START), validate=True)
    except binascii.Error:
        return secret.encode()


def _is_recent(stamp: str, now: datetime) -> bool:
    """Whether seconds (or milliseconds) since 1970 are within the window around now."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= len("1700000000000")):
        return False
    seconds = int(stamp) / (1000 if len(stamp) == len("1700000000000") else 1)
    return abs(now.timestamp() - seconds) <= WINDOW_SECONDS


def states_in(body: bytes) -> Sequence[str]:
    """The state in each notification of Microsoft Graph; none when one of them has none."""
    if len(body) > LARGEST_NOTIFICATIONS:
        return ()
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    listed = document.get("value") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return ()
    states = [each.get("clientState") for each in listed if isinstance(each, dict)]
    known = [state for state in states if isinstance(state, str)]
    return known if len(known) == len(listed) else ()


def _names_state(states: Sequence[str], secret: str) -> bool:
    """Whether each notification carries the state that we gave when we subscribed."""
    return bool(states) and all(_same(state, secret) for state in states)


def _same(sent: str, wanted: str) -> bool:
    # JSON may hold half of a surrogate pair, which no plain encoding takes.
    return hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), wanted.encode())
