# SPDX-License-Identifier: Apache-2.0
"""How often one peer may fail to show who it is."""

from contextlib import suppress
from typing import Any

import pytest

from longwatch.core.errors import TooMany
from longwatch.intake.ways.strangers import AT_ALL, AT_ONE, Strangers, peer_of


def scope(peer: str = "192.0.2.1", path: str = "/hooks/a", **headers: str) -> Any:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"client": (peer, 5), "path": path, "headers": sent}


def fail(strangers: Strangers, asked: Any, times: int) -> None:
    for _ in range(times):
        with suppress(TooMany):
            strangers.failed(asked)


class TestStrangers:
    """Strangers"""

    def test_are_refused_at_an_address_where_they_failed_too_often(self) -> None:
        strangers = Strangers()
        fail(strangers, scope(), AT_ONE[0] - 1)
        strangers.refuse(scope())
        fail(strangers, scope(), 1)
        with pytest.raises(TooMany) as refused:
            strangers.refuse(scope())
        assert refused.value.retry_after >= 1

    def test_are_told_to_wait_by_the_failure_itself(self) -> None:
        strangers = Strangers()
        fail(strangers, scope(), AT_ONE[0])
        with pytest.raises(TooMany):
            strangers.failed(scope())

    def test_keep_out_nobody_else_and_from_nowhere_else(self) -> None:
        strangers = Strangers()
        fail(strangers, scope(), AT_ONE[0] + 5)
        strangers.refuse(scope(path="/hooks/b"))
        strangers.refuse(scope(peer="192.0.2.2"))

    def test_are_refused_everywhere_when_they_try_many_addresses(self) -> None:
        strangers = Strangers()
        for number in range(AT_ALL[0] + 1):
            fail(strangers, scope(path=f"/hooks/{number}"), 1)
        with pytest.raises(TooMany):
            strangers.refuse(scope(path="/hooks/another"))


class TestPeer:
    """peer_of"""

    def test_is_who_connects(self) -> None:
        assert peer_of(scope(x_forwarded_for="198.51.100.7")) == "192.0.2.1"

    def test_is_whom_a_proxy_of_ours_speaks_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_TRUST_PROXY", "1")
        assert peer_of(scope(x_forwarded_for="203.0.113.9, 198.51.100.7")) == "198.51.100.7"
        assert peer_of(scope()) == "192.0.2.1"
