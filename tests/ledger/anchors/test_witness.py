# SPDX-License-Identifier: Apache-2.0
import pytest

from longwatch.ledger.anchors.plugin import AnchorFailed, RolledBack, Task
from longwatch.ledger.anchors.witness import keep
from tests.ledger.anchors.conftest import serving, task_of

LINE = "\u2014 witness.example.org AAAAAAAAAAAAAAAA\n"


class TestWitness:
    def test_returns_the_lines_of_its_signatures(self, task: Task) -> None:
        with serving(lambda _path, _body: (200, LINE.encode())) as url:
            assert keep(url, task).cosignatures == (LINE,)

    def test_is_told_what_it_saw_before_with_a_proof(self) -> None:
        sent: list[tuple[str, bytes]] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            sent.append((path, body))
            return 200, LINE.encode()

        with serving(answer) as url:
            keep(url, task_of(12, last_size=5))
        [(path, body)] = sent
        assert (path, body.decode().split("\n\n")[0].splitlines()[0]) == ("/add-checkpoint", "old 5")
        assert body.decode().split("\n\n", 1)[1] == task_of(12).checkpoint.note

    def test_that_remembers_another_size_is_asked_again_from_there(self, task: Task) -> None:
        def answer(_path: str, body: bytes) -> tuple[int, bytes]:
            return (200, LINE.encode()) if body.startswith(b"old 7\n") else (409, b"7\n")

        with serving(answer) as url:
            assert keep(url, task).cosignatures == (LINE,)

    def test_that_saw_more_than_we_tell_makes_an_alarm(self, task: Task) -> None:
        with serving(lambda _path, _body: (409, b"40\n")) as url, pytest.raises(RolledBack, match="rolled back"):
            keep(url, task)

    def test_that_refuses_the_proof_makes_an_alarm(self, task: Task) -> None:
        with serving(lambda _path, _body: (422, b"")) as url, pytest.raises(RolledBack, match="another history"):
            keep(url, task)

    def test_without_a_signature_is_a_failure(self, task: Task) -> None:
        with serving(lambda _path, _body: (200, b"thanks")) as url, pytest.raises(AnchorFailed, match="without a sig"):
            keep(url, task)
