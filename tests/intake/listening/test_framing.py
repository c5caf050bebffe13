# SPDX-License-Identifier: Apache-2.0
"""Where one syslog message ends and the next begins."""

import pytest

from longwatch.intake.listening.framing import Frames, Overlong


class TestFrames:
    def test_end_with_a_line(self) -> None:
        assert Frames().feed(b"<13>one\n<13>two\r\n\n<13>three\x00\n<13>fo") == [b"<13>one", b"<13>two", b"<13>three"]

    def test_may_be_counted_and_hold_ends_of_lines(self) -> None:
        assert Frames().feed(b"9 <13>a\nb\nc5 <13>x<13>y\n") == [b"<13>a\nb\nc", b"<13>x", b"<13>y"]

    @pytest.mark.parametrize("stream", [b"<13>one\n<13>two\n", b"7 <13>one7 <13>two"])
    def test_come_together_from_single_bytes(self, stream: bytes) -> None:
        frames = Frames()
        found = [message for byte in stream for message in frames.feed(bytes([byte]))]
        assert found == [b"<13>one", b"<13>two"]

    def test_leave_the_rest_when_the_connection_ends(self) -> None:
        frames = Frames()
        frames.feed(b"<13>one\n<13>two")
        assert (frames.rest(), frames.rest()) == (b"<13>two", b"")

    @pytest.mark.parametrize("stream", [b"999999 x", b"12345678", b"1a <13>", b"<13>" + b"x" * 70_000, b"70000 <13>"])
    def test_give_up_on_what_is_beyond_measure(self, stream: bytes) -> None:
        with pytest.raises(Overlong):
            Frames().feed(stream)
