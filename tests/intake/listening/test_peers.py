# SPDX-License-Identifier: Apache-2.0
"""What one peer may take of a listener."""

import pytest

from longwatch.core.environment import SettingError
from longwatch.intake.listening import peers as limits
from longwatch.intake.listening.peers import MOST_OF_ONE, Peers, networks


class TestPeers:
    def test_may_send_from_the_networks_that_are_named(self) -> None:
        peers = Peers(networks(["10.0.0.0/8", "fd00::/8"], "X"))
        assert all(peers.may(address) for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1%eth0"))
        assert not any(peers.may(address) for address in ("192.0.2.1", "::1"))
        assert not peers.enter("192.0.2.1")

    def test_may_send_from_anywhere_when_none_is_named(self) -> None:
        assert Peers().may("192.0.2.1")

    def test_have_so_many_connections_each(self) -> None:
        peers = Peers()
        assert [peers.enter("192.0.2.1") for _ in range(MOST_OF_ONE + 1)] == [True] * MOST_OF_ONE + [False]
        assert peers.enter("192.0.2.2")
        peers.leave("192.0.2.1")
        assert peers.enter("192.0.2.1")

    def test_have_so_many_connections_together(self) -> None:
        peers = Peers(most=2)
        assert [peers.enter(f"192.0.2.{number}") for number in range(3)] == [True, True, False]

    def test_wait_when_they_send_too_fast_and_do_not_slow_others(self) -> None:
        peers = Peers(per_second=1, burst=2)
        assert peers.wait("192.0.2.1", 2) == 0
        assert peers.wait("192.0.2.1", 1) > 0
        assert peers.wait("192.0.2.2", 1) == 0

    def test_are_forgotten_when_there_are_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MOST_KNOWN", 1)
        peers = Peers(per_second=1, burst=1)
        peers.wait("192.0.2.1", 1)
        peers.wait("192.0.2.2", 1)
        assert peers.wait("192.0.2.1", 1) == 0


class TestNetworks:
    def test_refuse_what_is_none(self) -> None:
        with pytest.raises(SettingError):
            networks(["10.0.0.0/99"], "LONGWATCH_SYSLOG_ALLOW")
