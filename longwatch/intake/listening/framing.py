# SPDX-License-Identifier: Apache-2.0
"""Where one syslog message ends and the next begins on a connection (RFC 6587): counted, or by the end of a line."""

LARGEST = 65_536
# Digits of a count that can still be allowed.
LONGEST_COUNT = len(str(LARGEST))
DIGITS = frozenset(b"123456789")


class Overlong(Exception):
    """A message that is larger than allowed, or a count that is none; what follows cannot be told apart any more."""


class Frames:
    """Takes bytes as they come and gives whole messages; a sender may use either form, message by message."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now; raises Overlong when the sender cannot be followed any more."""
        self._kept += data
        found = []
        while (message := self._next()) is not None:
            if message.strip(b"\r\n\x00 "):
                found.append(message)
        return found

    def rest(self) -> bytes:
        """What is left when the connection ends: a last line without its end, or half of a counted message."""
        left = bytes(self._kept).strip(b"\r\n\x00")
        self._kept.clear()
        return left

    def _next(self) -> bytes | None:
        if self._kept and self._kept[0] in DIGITS:
            return self._counted()
        end = self._kept.find(b"\n")
        if end < 0:
            if len(self._kept) > self._largest:
                raise Overlong
            return None
        if end > self._largest:
            raise Overlong
        return self._take(end, end + 1).rstrip(b"\r\x00")

    def _counted(self) -> bytes | None:
        blank = self._kept.find(b" ", 0, LONGEST_COUNT + 1)
        if blank < 0:
            if len(self._kept) > LONGEST_COUNT:
                raise Overlong
            return None
        count = bytes(self._kept[:blank])
        if not count.isdigit() or int(count) > self._largest:
            raise Overlong
        end = blank + 1 + int(count)
        if len(self._kept) < end:
            return None
        del self._kept[: blank + 1]
        return self._take(int(count), int(count))

    def _take(self, size: int, beyond: int) -> bytes:
        message = bytes(self._kept[:size])
        del self._kept[:beyond]
        return message
