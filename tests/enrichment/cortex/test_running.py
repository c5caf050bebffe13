# SPDX-License-Identifier: Apache-2.0
"""Analyzers of our own, run by the contract, with bounds."""

import os
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from longwatch.enrichment.cortex.contract import Analyzer, Report, job
from longwatch.enrichment.cortex.running import can_be_alone, run
from tests.enrichment.cortex.tiny import FOLDER, STREAM, program

NETWORK = """
import json, pathlib, socket, sys
try:
    said = json.loads((pathlib.Path(sys.argv[1]) / "input/input.json").read_text())
    socket.create_connection(("127.0.0.1", int(said["data"])), 2)
    reached = True
except OSError:
    reached = False
print(json.dumps({"success": True, "full": {"reached": reached}}))
"""
ENVIRONMENT = "import json, os; print(json.dumps({'success': True, 'full': dict(os.environ)}))"
MEMORY = "a = bytearray(400 * 1024 * 1024); print('{\"success\": true}')"
READS = """
import json, pathlib, subprocess, sys
said = json.load(sys.stdin)
subprocess.run(["umount", str(pathlib.Path(said["data"]).parent)], capture_output=True)
print(json.dumps({"success": True, "full": {"there": pathlib.Path(said["data"]).exists()}}))
"""
# Leaves a program behind that leaves its group.
STAYS = """
import json, os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
said = json.load(sys.stdin)
open(said["data"], "w").write("begun")
print('{"success": true}')
"""
PROCESSES = """
import json, os
seen = [each for each in os.listdir("/proc") if each.isdigit()]
print(json.dumps({"success": True, "full": {"seen": len(seen)}}))
"""
alone = pytest.mark.skipif(not can_be_alone(), reason="this system starts no process without network")


def analyzer(folder: Path, source: str, *, network: bool = True) -> Analyzer:
    program(folder / "analyze.py", source)
    return Analyzer("A", "1", "analyze.py", ("ip",), {"key": "k"}, network=network, seconds=20)


def asked(folder: Path, made: Analyzer, value: str = "192.0.2.7", hidden: tuple[Path, ...] = ()) -> Report:
    return run(made, folder, job(made, "ip", value, tlp="green", pap="green"), hidden=hidden)


class TestRun:
    def test_by_a_folder(self, tmp_path: Path) -> None:
        answer = asked(tmp_path, analyzer(tmp_path, FOLDER))
        assert answer.success
        assert answer.taxonomies[0]["value"] == "3/5"

    def test_by_standard_input(self, tmp_path: Path) -> None:
        assert asked(tmp_path, analyzer(tmp_path, STREAM)).full == {"was": "192.0.2.7"}

    def test_ends_one_that_does_not(self, tmp_path: Path) -> None:
        begun = time.monotonic()
        made = replace(analyzer(tmp_path, "import time; time.sleep(60)"), seconds=1)
        assert asked(tmp_path, made).failure == "too_long"
        assert time.monotonic() - begun < 10

    @pytest.mark.parametrize("source", ["raise SystemExit(3)", "print('no json')", "import os; os.abort()"])
    def test_says_when_nothing_came_of_it(self, tmp_path: Path, source: str) -> None:
        answer = asked(tmp_path, analyzer(tmp_path, source))
        assert (answer.success, answer.failure) == (False, "no_answer")

    def test_bounds_its_memory(self, tmp_path: Path) -> None:
        made = analyzer(tmp_path, MEMORY)
        assert asked(tmp_path, replace(made, megabytes=2048)).success
        assert not asked(tmp_path, replace(made, megabytes=256)).success

    def test_bounds_what_it_says(self, tmp_path: Path) -> None:
        source = "import sys\nfor _ in range(9): sys.stdout.write('x' * 1024 * 1024)"
        assert asked(tmp_path, analyzer(tmp_path, source)).failure == "too_much"

    def test_gives_nothing_of_our_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_SECRET_KEY", "never")
        full = asked(tmp_path, analyzer(tmp_path, ENVIRONMENT)).full
        assert "never" not in full.values()

    def test_starts_nothing_outside_its_folder(self, tmp_path: Path) -> None:
        inside = tmp_path / "inside"
        inside.mkdir()
        (inside / "link").symlink_to("/bin/true")
        made = Analyzer("A", "1", "link", ("ip",), network=True)
        assert asked(inside, made).failure == "not_started"

    def test_does_not_follow_a_link_that_it_left(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret.json"
        secret.write_text('{"success": true, "full": {"key": "secret"}}')
        source = f"import os, sys; os.symlink({str(secret)!r}, sys.argv[1] + '/output/output.json')"
        assert not asked(tmp_path, analyzer(tmp_path, source)).success

    @alone
    def test_reaches_no_network_unless_it_is_given_one(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            assert asked(tmp_path, analyzer(tmp_path, NETWORK, network=True), port).full == {"reached": True}
            assert asked(tmp_path, analyzer(tmp_path, NETWORK, network=False), port).full == {"reached": False}

    @alone
    @pytest.mark.parametrize("network", [True, False])
    def test_sees_nothing_under_what_is_hidden_and_cannot_undo_that(self, tmp_path: Path, *, network: bool) -> None:
        ours, theirs = tmp_path / "data", tmp_path / "analyzers"
        ours.mkdir()
        theirs.mkdir()
        (ours / "secret_key").write_text("never")
        made = analyzer(theirs, READS, network=network)
        assert asked(theirs, made, str(ours / "secret_key")).full == {"there": True}
        assert asked(theirs, made, str(ours / "secret_key"), hidden=(ours,)).full == {"there": False}

    @alone
    def test_sees_no_other_processes(self, tmp_path: Path) -> None:
        assert asked(tmp_path, analyzer(tmp_path, PROCESSES)).full["seen"] < 10

    @alone
    def test_leaves_nothing_running(self, tmp_path: Path) -> None:
        before = sleeping()
        assert asked(tmp_path, analyzer(tmp_path, STAYS), str(tmp_path / "begun")).success
        assert (tmp_path / "begun").exists()
        assert sleeping() <= before


def sleeping() -> set[str]:
    """The processes that the analyzer above would leave."""
    found = set()
    for each in os.listdir("/proc"):
        try:
            if each.isdigit() and b"time.sleep(60)" in Path(f"/proc/{each}/cmdline").read_bytes():
                found.add(each)
        except OSError:
            continue
    return found
