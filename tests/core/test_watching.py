# SPDX-License-Identifier: Apache-2.0
"""Threads of the worker: they look again after a failure, and end when they are told to."""

import threading

import pytest

from longwatch.core.watching import LONGEST_PAUSE, Watcher, longer


class Stumbling(Watcher):
    name = "stumbling"
    complaint = "Nothing is being watched."
    look_seconds = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.is_up = threading.Event()

    def watch(self) -> None:
        self.looks += 1
        if self.looks < 3:
            raise ValueError("stumbled")
        self.is_up.set()
        while not self.is_stopping():
            self.rest()


def stumbled() -> Stumbling:
    """One that failed twice, went on, and was told to end."""
    one = Stumbling()
    one.start()
    assert one.is_up.wait(30)
    one.stop()
    return one


class TestWatcher:
    def test_goes_on_after_failures(self) -> None:
        assert stumbled().looks == 3

    def test_says_each_failure(self, caplog: pytest.LogCaptureFixture) -> None:
        stumbled()
        said = [record.getMessage() for record in caplog.records if record.name == "longwatch.core.watching"]
        assert said == [Stumbling.complaint] * 2

    def test_ends_its_thread(self) -> None:
        assert not stumbled()._thread.is_alive()


@pytest.mark.parametrize(
    ("pause", "lasted", "expected"),
    [
        (0.0, 0.0, 2.0),
        (2.0, 1.0, 4.0),
        (LONGEST_PAUSE, 1.0, LONGEST_PAUSE),
        (LONGEST_PAUSE, LONGEST_PAUSE + 1, 2.0),
    ],
)
def test_the_pause_grows_while_it_fails_and_begins_anew_after_it_went_well(
    pause: float, lasted: float, expected: float
) -> None:
    assert longer(pause, 2.0, lasted) == expected
