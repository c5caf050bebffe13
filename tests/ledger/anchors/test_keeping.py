# SPDX-License-Identifier: Apache-2.0
"""Anchoring what is new, and remembering what came of it."""

from pathlib import Path

import pytest

from longwatch.core.environment import current
from longwatch.ledger import proofs
from longwatch.ledger.anchors.file import read_lines
from longwatch.ledger.anchors.keeping import keep_newest, stamp_of, states
from longwatch.ledger.anchors.timestamp import is_over
from longwatch.ledger.sealing import seal_now
from tests.ledger.anchors.authority import make_authority, stamping
from tests.ledger.anchors.conftest import serving
from tests.personas import Cast

LINE = "\u2014 witness.example.org AAAAAAAAAAAAAAAA\n"


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: Cast) -> Path:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))
    seal_now()
    return tmp_path


class TestKeepNewest:
    def test_keeps_each_checkpoint_once(self, sealed: Path) -> None:
        assert (keep_newest(), keep_newest()) == (1, 0)
        [line] = read_lines(sealed / "anchors" / "checkpoints")
        newest = proofs.latest_checkpoint()
        assert newest is not None
        assert line.note == newest.note

    def test_adds_the_lines_of_a_witness_to_the_checkpoint(self, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(lambda _path, _body: (200, LINE.encode())) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_WITNESS", url)
            assert keep_newest() == 2
        newest = proofs.latest_checkpoint()
        assert newest is not None
        assert newest.note.endswith(LINE)

    def test_remembers_what_failed_and_tries_again(self, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = iter([(500, b""), (200, LINE.encode())])
        with serving(lambda _path, _body: next(answers)) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_WITNESS", url)
            keep_newest()
            assert [(each.name, each.ok) for each in states(current())] == [("file", True), ("witness", False)]
            keep_newest()
            assert [each.ok for each in states(current())] == [True, True]

    def test_makes_an_alarm_of_a_roll_back(self, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(lambda _path, _body: (409, b"999999")) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_WITNESS", url)
            keep_newest()
        assert [each.alarm for each in states(current())] == [False, True]


class TestStampOf:
    def test_asks_an_authority_once_for_a_checkpoint(
        self, sealed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        newest = proofs.latest_checkpoint()
        assert newest is not None
        assert stamp_of(newest) == b""
        with stamping(make_authority(tmp_path)) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_TSA", url)
            stamp = stamp_of(newest)
        assert is_over(stamp, newest.note.encode())
        assert stamp_of(newest) == stamp

    def test_does_without_one_that_does_not_answer(self, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        newest = proofs.latest_checkpoint()
        assert newest is not None
        with serving(lambda _path, _body: (500, b"")) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_TSA", url)
            assert stamp_of(newest) == b""
            assert [(each.name, each.ok) for each in states(current())] == [("file", True), ("timestamp", False)]
