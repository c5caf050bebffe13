# SPDX-License-Identifier: Apache-2.0
"""Scanners: ClamAV's protocol against a server that speaks it (not ClamAV itself), YARA against a stand-in program."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.evidence.scanners import Clamd, Yara

MARK = b"X5O!LONGWATCH-TEST"


def _whole(line: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length and (piece := line.recv(length - len(content))):
        content += piece
    return content


def _serve(server: socket.socket, limit: int) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line:
            command = b""
            while not command.endswith(b"\0"):
                command += line.recv(1)
            if command == b"zVERSION\0":
                line.sendall(b"ClamAV 1.4.3/1/today\0")
                continue
            content = b""
            while length := struct.unpack(">I", _whole(line, 4))[0]:
                content += _whole(line, length)
                if len(content) > limit:
                    break
            if len(content) > limit:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            else:
                line.sendall(b"stream: Test.Mark FOUND\0" if MARK in content else b"stream: OK\0")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    """Something that speaks clamd's INSTREAM and VERSION on a socket."""
    path = str(tmp_path / "clamd.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        thread = threading.Thread(target=_serve, args=(server, 5_000_000), daemon=True)
        thread.start()
        yield path


class TestClamd:
    """Clamd"""

    def test_names_what_was_found_and_by_which_engine(self, clamd: str) -> None:
        found = Clamd(clamd).look([b"a" * 300_000, MARK])
        assert (found.names, found.engine) == (["Test.Mark"], "ClamAV 1.4.3/1/today")

    def test_finds_nothing_in_harmless_bytes(self, clamd: str) -> None:
        assert Clamd(clamd).look([b"a"]).names == []

    def test_could_not_look_when_the_daemon_wants_no_more(self, clamd: str) -> None:
        with pytest.raises((ValueError, OSError)):
            Clamd(clamd).look([bytes(1_000_000)] * 20)

    def test_could_not_look_when_nobody_answers(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="No such file"):
            Clamd(str(tmp_path / "nobody")).look([b"a"])


class TestYara:
    """Yara"""

    def program(self, tmp_path: Path, body: str) -> Yara:
        program, rules = tmp_path / "yara", tmp_path / "rules.yar"
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        rules.write_text('rule Mark { strings: $a = "X5O" condition: $a }')
        return Yara(rules, str(program))

    def test_names_the_rules_that_match_bytes_in_memory(self, tmp_path: Path) -> None:
        yara = self.program(tmp_path, 'grep -q X5O "$2" && echo "Mark $2"; exit 0')
        assert yara.look([MARK]).names == ["Mark"]
        assert yara.look([b"nothing"]).names == []

    def test_could_not_look_when_the_program_fails(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="bad rule"):
            self.program(tmp_path, "echo bad rule >&2; exit 1").look([MARK])

    def test_other_rules_are_another_look(self, tmp_path: Path) -> None:
        yara = self.program(tmp_path, "exit 0")
        before = yara.name
        yara.rules.write_text("rule Other { condition: true }")
        assert yara.name != before
