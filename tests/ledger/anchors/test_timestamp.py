# SPDX-License-Identifier: Apache-2.0
"""Against a time-stamp authority made of openssl."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.core import clock
from longwatch.ledger.anchors.plugin import AnchorFailed, Task
from longwatch.ledger.anchors.timestamp import _holds_by_client, _holds_by_openssl, holds, is_over, keep, stamped_at
from tests.ledger.anchors.authority import make_authority, openssl, stamping
from tests.ledger.anchors.conftest import serving


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def url(authority: Path) -> Iterator[str]:
    with stamping(authority) as address:
        yield address


class TestTimestamp:
    def test_keeps_the_raw_reply_which_both_readers_accept(self, url: str, authority: Path, task: Task) -> None:
        reply, data = keep(url, authority / "ca.pem", task).raw, task.checkpoint.note.encode()
        assert _holds_by_client(reply, data, authority / "ca.pem")
        assert _holds_by_openssl(reply, data, authority / "ca.pem")

    def test_says_when_it_was(self, url: str, task: Task) -> None:
        at = stamped_at(keep(url, None, task).raw)
        assert at is not None
        assert abs((clock.now() - at).total_seconds()) < 60

    def test_does_not_hold_for_other_bytes(self, url: str, authority: Path, task: Task) -> None:
        reply = keep(url, authority / "ca.pem", task).raw
        assert not holds(reply, task.checkpoint.note.encode() + b" ", authority / "ca.pem")

    def test_is_over_the_bytes_it_was_asked_for(self, url: str, task: Task) -> None:
        reply, data = keep(url, None, task).raw, task.checkpoint.note.encode()
        assert (is_over(reply, data), is_over(reply, data + b" "), is_over(b"hello", data)) == (True, False, False)

    def test_of_a_stranger_is_refused(self, url: str, authority: Path, task: Task, tmp_path: Path) -> None:
        new = ["req", "-newkey", "rsa:2048", "-nodes", "-config", f"{authority}/c.cnf", "-subj", "/CN=Other", "-x509"]
        openssl(*new, "-days", "30", "-extensions", "root", "-keyout", f"{tmp_path}/k", "-out", f"{tmp_path}/other.pem")
        with pytest.raises(AnchorFailed, match="does not hold"):
            keep(url, tmp_path / "other.pem", task)

    def test_that_is_none_is_refused(self, task: Task) -> None:
        with (
            serving(lambda _path, _body: (200, b"hello")) as nonsense,
            pytest.raises(AnchorFailed, match="does not answer"),
        ):
            keep(nonsense, None, task)
