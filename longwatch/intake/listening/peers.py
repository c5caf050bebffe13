# SPDX-License-Identifier: Apache-2.0
"""What one peer may take of a listener: connections, and messages a second."""

import time
from collections import Counter, OrderedDict
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from longwatch.core.environment import SettingError
from longwatch.intake.fast.limits import Bucket

Network = IPv4Network | IPv6Network
MOST_CONNECTIONS = 500
MOST_OF_ONE = 50
PER_SECOND = 2_000
BURST = 10_000
# Senders whose rate is remembered; UDP senders can invent addresses.
MOST_KNOWN = 10_000


class Peers:
    """Who may send, and how much at once."""

    def __init__(
        self, allowed: Iterable[Network] = (), *, per_second: int = PER_SECOND, burst: int = BURST,
        most: int = MOST_CONNECTIONS, most_of_one: int = MOST_OF_ONE,
    ) -> None:  # fmt: skip
        self._allowed = list(allowed)
        self._per_second, self._burst = per_second, burst
        self._most, self._most_of_one = most, most_of_one
        self._connections: Counter[str] = Counter()
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def may(self, peer: str) -> bool:
        """Whether anything is taken from this address."""
        if not self._allowed:
            return True
        address = ip_address(peer.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._allowed)

    def enter(self, peer: str) -> bool:
        """Count a connection in; False when there are too many, of this peer or of all."""
        if not self.may(peer) or self._connections[peer] >= self._most_of_one:
            return False
        if self._connections.total() >= self._most:
            return False
        self._connections[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        """Count a connection out."""
        self._connections[peer] -= 1
        if self._connections[peer] <= 0:
            del self._connections[peer]

    def wait(self, peer: str, messages: int) -> float:
        """Count messages against the peer's rate: how many seconds it should wait, 0 when it need not."""
        now = time.monotonic()
        bucket = self._buckets.get(peer)
        if bucket is None:
            bucket = self._buckets[peer] = Bucket(self._burst, now)
            while len(self._buckets) > MOST_KNOWN:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(peer)
        return bucket.take(messages, self._per_second, self._burst, now)


def networks(texts: Iterable[str], setting: str) -> list[Network]:
    """The networks named in a setting; refuses what is none."""
    try:
        return [ip_network(text, strict=False) for text in texts]
    except ValueError as error:
        raise SettingError(setting, "networks such as 10.0.0.0/8, separated by commas") from error
