# SPDX-License-Identifier: Apache-2.0
"""The process that looks for indicators: it answers, and nothing that is sent to it holds anybody up."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from longwatch.enrichment.extraction.process import Finder, Unread, portions

NASTY = "a." * 8_000


@pytest.fixture(scope="module")
def finder() -> Iterator[Finder]:
    running = Finder()
    yield running
    running.close()


@pytest.mark.slow
class TestFinder:
    def test_finds_what_is_written_so_that_nobody_clicks(self, finder: Finder) -> None:
        found = finder.find("get hxxps://bad[.]example[.]com/x from 203[.]0[.]113[.]66, mail who[@]example[.]org")
        assert found["urls"] == ["https://bad.example.com/x"]
        assert found["ipv4s"] == ["203.0.113.66"]
        assert "who@example.org" in found["email_addresses"]

    def test_finds_hashes_and_vulnerabilities(self, finder: Finder) -> None:
        found = finder.find(f"CVE-2021-44228 dropped {'ab' * 20} and {'cd' * 32}")
        assert (found["cves"], found["sha1s"], found["sha256s"]) == (["CVE-2021-44228"], ["ab" * 20], ["cd" * 32])

    def test_finds_in_every_portion_of_a_long_text(self, finder: Finder) -> None:
        text = "word " * 6_000 + f" {'ab' * 20} " + "word " * 6_000 + f" {'cd' * 20}"
        assert sorted(finder.find(text)["sha1s"]) == ["ab" * 20, "cd" * 20]

    @pytest.mark.parametrize("text", ["", "\0", "\ud800", "\u202e" * 100, "%" * 5_000, "://" * 3_000, "@" * 5_000])
    def test_answers_whatever_it_is_sent(self, finder: Finder, text: str) -> None:
        with suppress(Unread):
            finder.find(text)
        assert finder.find("192.0.2.7")["ipv4s"] == ["192.0.2.7"]

    def test_gives_up_in_time_and_goes_on_with_the_next(self) -> None:
        hurried = Finder(seconds=0.05)
        try:
            hurried.find("warm")
            begun = time.monotonic()
            with pytest.raises(Unread, match="too_long"):
                hurried.find("http://a" + "/a" * 7_000 + " " + NASTY)
            assert time.monotonic() - begun < 5
            assert hurried.find("192.0.2.7")["ipv4s"] == ["192.0.2.7"]
        finally:
            hurried.close()

    def test_starts_another_when_it_was_killed(self, finder: Finder) -> None:
        finder.find("192.0.2.7")
        process = finder._process
        assert process is not None
        process.kill()
        process.wait()
        with pytest.raises(Unread):
            finder.find("192.0.2.7")
        assert finder.find("192.0.2.8")["ipv4s"] == ["192.0.2.8"]

    def test_knows_nothing_of_our_environment_and_opens_nothing(self, finder: Finder) -> None:
        finder.find("192.0.2.7")
        process = finder._process
        assert process is not None
        place = Path(f"/proc/{process.pid}")
        assert b"LONGWATCH" not in (place / "environ").read_bytes()
        limits = (place / "limits").read_text()
        assert f"{512 * 1024 * 1024}" in next(line for line in limits.splitlines() if "address space" in line)
        assert {os.readlink(each).partition(":")[0] for each in (place / "fd").iterdir()} <= {"pipe", "/dev/null"}

    def test_is_gone_when_it_is_closed(self) -> None:
        running = Finder()
        running.find("192.0.2.7")
        process = running._process
        running.close()
        assert process is not None
        assert process.poll() is not None


class TestPortions:
    def test_cuts_between_words(self) -> None:
        text = "one two three four five six"
        parts = list(portions(text, 10))
        assert "".join(parts) == text
        assert all(len(part) <= 10 for part in parts)
        assert [part for part in parts if part.strip() not in text] == []
        assert all(part.endswith(" ") for part in parts[:-1])

    def test_cuts_a_word_that_is_too_long_all_the_same(self) -> None:
        assert [len(part) for part in portions("x" * 25, 10)] == [10, 10, 5]
