# SPDX-License-Identifier: Apache-2.0
"""Analyzers of our own, written against the documented contract."""

import socket
import stat
import sys
import time
from pathlib import Path

import pytest

from longwatch.enrichment.cortex.contract import Analyzer, Report, job
from longwatch.enrichment.cortex.running import can_be_alone, run

FOLDER = """
import json, pathlib, sys
place = pathlib.Path(sys.argv[1])
said = json.loads((place / "input" / "input.json").read_text())
taxonomy = {"level": "info", "value": said["data"]}
answer = {"success": True, "summary": {"taxonomies": [taxonomy]}, "full": said["config"]}
(place / "output" / "output.json").write_text(json.dumps(answer))
"""
STREAM = """
import json, sys
said = json.load(sys.stdin)
print(json.dumps({"success": True, "full": {"was": said["data"]}}))
"""
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
alone = pytest.mark.skipif(not can_be_alone(), reason="this system starts no process without network")


def analyzer(folder: Path, source: str, *, network: bool = True) -> Analyzer:
    program = folder / "analyze.py"
    program.write_text(f"#!{sys.executable}\n{source}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Analyzer("A", "1", "analyze.py", ("ip",), {"key": "k"}, network=network)


def asked(folder: Path, made: Analyzer, value: str = "192.0.2.7", seconds: float = 20) -> Report:
    return run(made, folder, job(made, "ip", value, tlp="green", pap="green"), seconds=seconds)


class TestRun:
    def test_by_a_folder(self, tmp_path: Path) -> None:
        answer = asked(tmp_path, analyzer(tmp_path, FOLDER))
        assert answer.success
        assert answer.taxonomies[0]["value"] == "192.0.2.7"

    def test_by_standard_input(self, tmp_path: Path) -> None:
        assert asked(tmp_path, analyzer(tmp_path, STREAM)).full == {"was": "192.0.2.7"}

    def test_ends_one_that_does_not(self, tmp_path: Path) -> None:
        begun = time.monotonic()
        answer = asked(tmp_path, analyzer(tmp_path, "import time; time.sleep(60)"), seconds=1)
        assert answer.error == "too_long"
        assert time.monotonic() - begun < 10

    @pytest.mark.parametrize("source", ["raise SystemExit(3)", "print('no json')", "import os; os.abort()"])
    def test_says_when_nothing_came_of_it(self, tmp_path: Path, source: str) -> None:
        assert not asked(tmp_path, analyzer(tmp_path, source)).success

    def test_gives_nothing_of_our_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_SECRET_KEY", "never")
        full = asked(tmp_path, analyzer(tmp_path, ENVIRONMENT)).full
        assert "never" not in full.values()

    def test_starts_nothing_outside_its_folder(self, tmp_path: Path) -> None:
        inside = tmp_path / "inside"
        inside.mkdir()
        (inside / "link").symlink_to("/bin/true")
        made = Analyzer("A", "1", "link", ("ip",), network=True)
        assert "outside" in asked(inside, made).error

    @alone
    def test_reaches_no_network_unless_it_is_given_one(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            without = asked(tmp_path, analyzer(tmp_path, NETWORK, network=False), port)
            given = asked(tmp_path, analyzer(tmp_path, NETWORK), port)
        assert without.full == {"reached": False}
        assert given.full == {"reached": True}
