# SPDX-License-Identifier: Apache-2.0
"""How feeds are asked: bounded in time and size, and nowhere else."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from longwatch.core.outbound import AnswerTooLarge, Outbound, Unreachable
from longwatch.enrichment.feeds.asking import Budget, ends_at, got, moment_of, until
from longwatch.enrichment.intel.shape import Entry
from tests.enrichment.feeds.sides import ago, wanted
from tests.fixtures.little_server import Said, little_server, make_certificate


@pytest.fixture
def endless() -> Iterator[int]:
    """A server that answers with more and more, a little at a time."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        asked, _ = listening.accept()
        with asked:
            asked.recv(4_096)
            asked.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while not over.wait(0.02):
                try:
                    asked.sendall(b"203.0.113.7\n")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    over.set()
    thread.join()
    listening.close()


class TestGot:
    """got"""

    def test_counts_what_it_took(self) -> None:
        with little_server(lambda _asked: Said(b"12345")) as server:
            asked, limits = wanted("list", server.url), Budget()
            assert got(Outbound(server.url), "/x", asked, limits).body == b"12345"
        assert limits.used == 5

    def test_is_over_in_time_however_slowly_the_other_side_speaks(self, endless: int) -> None:
        url = f"http://127.0.0.1:{endless}"
        began = time.monotonic()
        with pytest.raises(Unreachable, match="did not answer within"):
            got(Outbound(url, seconds=0.5), "/", wanted("list", url), Budget())
        assert time.monotonic() - began < 10

    def test_takes_so_much_and_no_more(self) -> None:
        with little_server(lambda _asked: Said(b"x" * 10_000)) as server, pytest.raises(AnswerTooLarge):
            got(Outbound(server.url, largest=5_000), "/", wanted("list", server.url), Budget())

    def test_trusts_whom_it_is_told_to(self, tmp_path: Path) -> None:
        certificate, authority = make_certificate(tmp_path)
        with little_server(lambda _asked: Said(b"ok"), certificate) as server:
            trusted = wanted("list", server.url, authorities=authority)
            assert got(Outbound(server.url, trusted.trust), "/", trusted, Budget()).body == b"ok"
            with pytest.raises(Unreachable, match="not trusted"):
                got(Outbound(server.url), "/", wanted("list", server.url), Budget())

    @pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://[::1]:1/", "http://0.0.0.0:1/"])
    def test_goes_nowhere_that_is_off_limits(self, url: str) -> None:
        with pytest.raises(Unreachable, match="this machine itself"):
            got(Outbound(url), "/", wanted("list", url), Budget())


class TestBudget:
    """Budget"""

    def test_is_over_with_time_bytes_or_the_end_of_the_worker(self) -> None:
        assert not Budget().is_over
        assert Budget(seconds=-1).is_over
        assert Budget(used=2, largest=1).is_over
        assert Budget(is_stopping=lambda: True).is_over


def test_values_end_at_the_earlier_of_both() -> None:
    early, late = ago(days=-1), ago(days=-9)
    entries = [Entry("exact", "a"), Entry("exact", "b", until=early), Entry("exact", "c", until=late)]
    assert [each.until for each in until(entries, ago(days=-5))][1] == early
    assert [each.until for each in until(entries, None)] == [None, early, late]
    assert ends_at(early, wanted("list", "http://a.example", settings={"days": 0})) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [("1767312000", datetime(2026, 1, 2, tzinfo=UTC)), (1767312000, datetime(2026, 1, 2, tzinfo=UTC)),
     ("2026-01-02T00:00:00Z", datetime(2026, 1, 2, tzinfo=UTC)), ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
     ("soon", None), (None, None)],
)  # fmt: skip
def test_moments_are_told_from_what_is_none(value: object, told: datetime | None) -> None:
    assert moment_of(value) == told
