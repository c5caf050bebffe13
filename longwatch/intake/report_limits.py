# SPDX-License-Identifier: Apache-2.0
"""Flood protection of the report form that follows nobody.

Addresses are counted under a keyed hash whose key exists only in this process's memory and is thrown away every hour;
nothing is stored or logged, and an old count cannot be tied to an address, not even by us.
"""

import hashlib
import ipaddress
import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field

HOUR = 3600
# What one customer of a provider has at least: with one subscription come billions of addresses of version 6.
ONE_CUSTOMER = 56


def household(address: str) -> str:
    """What counts as one address: itself, or the block that one customer has of version 6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, ONE_CUSTOMER), strict=False))


@dataclass
class HourlyLimit:
    """At most so many of something an hour: for one address, and for everybody together."""

    an_address: int
    in_all: int
    _hour: int = -1
    _key: bytes = b""
    _counts: "Counter[bytes]" = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, address: str, now: float) -> bool:
        """Count one more, unless a limit is reached."""
        with self._lock:
            self._turn_over(int(now // HOUR))
            mark = hashlib.blake2b(household(address).encode(), key=self._key, digest_size=16).digest()
            if self._counts[mark] >= self.an_address or self._counts.total() >= self.in_all:
                return False
            self._counts[mark] += 1
            return True

    def _turn_over(self, hour: int) -> None:
        if hour != self._hour:
            self._hour, self._key = hour, secrets.token_bytes(32)
            self._counts.clear()


# Generous for an office behind one address, ruinous for a flood.
REPORTS = HourlyLimit(an_address=20, in_all=500)
LOOKUPS = HourlyLimit(an_address=30, in_all=1000)
ANSWERS = HourlyLimit(an_address=60, in_all=1000)
