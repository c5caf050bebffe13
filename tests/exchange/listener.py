# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks that checks signatures as the way in does, and answers as a test says."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import create_account
from longwatch.core import clock
from longwatch.exchange.hook_models import Subscription
from longwatch.exchange.services.subscribing import subscribe
from longwatch.intake.ways.signatures import verify
from tests.fixtures.little_server import Asked, LittleServer, Said, little_server
from tests.personas import Cast


@dataclass
class Listener:
    """Where it listens, and what it answers from now on."""

    server: LittleServer
    status: int = 200
    answers: Callable[[dict[str, Any]], int] | None = None
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        """The events that it was told of, in the order in which they came."""
        return [each["type"] for each in self.heard]

    def checked(self, secret: str) -> bool:
        """Whether each of them carries the signature of Standard Webhooks; refuses (by raising) one that does not."""
        for asked in self.server.asked:
            verify("standard", {}, secret, asked.headers, asked.body, clock.now())
        return bool(self.server.asked)


@contextmanager
def listening() -> Iterator[Listener]:
    """Until the test is over."""
    known: list[Listener] = []

    def answer(asked: Asked) -> Said:
        (listener,) = known
        told = json.loads(asked.body)
        listener.heard.append(told)
        return Said(status=listener.answers(told) if listener.answers else listener.status)

    with little_server(answer) as server:
        known.append(Listener(server))
        yield known[0]


def subscribed(cast: Cast, listener: Listener, *patterns: str, name: str = "supervisor") -> tuple[Subscription, str]:
    """A webhook to the listener, on behalf of a program with the role of one of the cast."""
    with acting_as(cast.administrator):
        program = create_account(
            email=f"{name}-program@halden.test", name="SOAR", roles=["integration", name], by=cast.administrator
        )
        return subscribe(
            label="SOAR", url=f"{listener.server.url}/hook", patterns=patterns or ["*"], account_id=program.id,
            by=cast.administrator,
        )  # fmt: skip
