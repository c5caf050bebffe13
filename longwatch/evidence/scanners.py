# SPDX-License-Identifier: Apache-2.0
"""Scanners outside our process: ClamAV's daemon by its socket, YARA by its program."""

import hashlib
import os
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from longwatch.core.environment import CLAMD, YARA_COMMAND, YARA_RULES, current

SECONDS = 120
PIECE = 64 * 1024
LONGEST_ANSWER = 16 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """What a scanner found, by its own names; and what it calls itself."""

    names: Sequence[str]
    engine: str = ""


class Scanner(Protocol):
    """Something that looks at bytes."""

    @property
    def name(self) -> str:
        """Which one, with which rules."""

    def look(self, chunks: Iterable[bytes]) -> Found:
        """What it finds; refuses (OSError, ValueError) when it could not look."""


def scanners_set_up() -> list[Scanner]:
    """The scanners that the operator has set up."""
    environment = current()
    found: list[Scanner] = []
    if address := environment.text(CLAMD):
        found.append(Clamd(address))
    if rules := environment.text(YARA_RULES):
        found.append(Yara(Path(rules), environment.text(YARA_COMMAND)))
    return found


@dataclass(frozen=True, slots=True)
class Clamd:
    """ClamAV's daemon, spoken to by INSTREAM: it never sees a file of ours, only bytes."""

    address: str
    name: str = "ClamAV"

    def look(self, chunks: Iterable[bytes]) -> Found:
        """The signatures that match; refuses what the daemon cannot take, such as files larger than its limit."""
        engine = self._asked(b"zVERSION\0", ())
        answer = self._asked(b"zINSTREAM\0", chunks)
        if answer.endswith(" FOUND"):
            return Found([answer.removeprefix("stream: ").removesuffix(" FOUND")], engine)
        if answer == "stream: OK":
            return Found([], engine)
        raise ValueError(answer or "no answer")

    def _asked(self, command: bytes, chunks: Iterable[bytes]) -> str:
        with self._connected() as line:
            line.sendall(command)
            if command == b"zINSTREAM\0":
                # A daemon that has answered already wants no more.
                with suppress(BrokenPipeError, ConnectionResetError):
                    _stream(line, chunks)
            return _answer(line)

    def _connected(self) -> socket.socket:
        host, colon, port = self.address.rpartition(":")
        if "/" not in self.address and colon:
            return socket.create_connection((host, int(port)), timeout=SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def _stream(line: socket.socket, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        for at in range(0, len(chunk), PIECE):
            piece = chunk[at : at + PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
    line.sendall(struct.pack(">I", 0))


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER and (piece := line.recv(4096)):
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Yara:
    """The yara or yr program, with the operator's rules, looking at bytes that lie in memory only."""

    rules: Path
    command: str = ""

    @property
    def name(self) -> str:
        """With a hash of the rules: other rules look again."""
        digest = hashlib.sha256(self.rules.read_bytes()).hexdigest() if self.rules.is_file() else "missing"
        return f"YARA {digest[:12]}"

    def look(self, chunks: Iterable[bytes]) -> Found:
        """The rules that match; refuses when the program is missing or fails."""
        program = self.command or shutil.which("yr") or shutil.which("yara")
        if not program:
            raise ValueError("neither yr nor yara is installed")
        with os.fdopen(os.memfd_create("scanned"), "w+b") as content, tempfile.TemporaryDirectory() as nowhere:
            for chunk in chunks:
                content.write(chunk)
            content.flush()
            # The program's own name for what it inherits: the bytes touch no disk.
            target = f"/proc/self/fd/{content.fileno()}"
            verb = ["scan"] if Path(program).name == "yr" else []
            done = subprocess.run(
                [program, *verb, str(self.rules.resolve()), target], pass_fds=[content.fileno()], capture_output=True,
                timeout=SECONDS, check=False, cwd=nowhere, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
        if done.returncode != 0:
            raise ValueError(done.stderr.decode("utf-8", "replace")[:500] or "yara failed")
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return Found([line.split()[0] for line in lines if line.endswith(target)], Path(program).name)
