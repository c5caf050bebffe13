# SPDX-License-Identifier: Apache-2.0
"""Tiny analyzers of our own, written against the contract that cortexutils documents; and the folder they lie in."""

import json
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Reads the job's folder and writes its answer there, as analyzers do now.
FOLDER = """
import json, pathlib, sys
place = pathlib.Path(sys.argv[1])
said = json.loads((place / "input" / "input.json").read_text())
value = said["data"]
answer = {
    "success": True,
    "summary": {"taxonomies": [{"level": "malicious", "namespace": "Tiny", "predicate": "Hits", "value": "3/5"}]},
    "full": {"about": value, "key": said["config"].get("key", ""), "markup": "<script>alert(1)</script>"},
    "artifacts": [
        {"dataType": "domain", "data": "bad.example", "message": "resolved"}, {"dataType": "ip", "data": value},
    ],
    "operations": [],
}
(place / "output" / "output.json").write_text(json.dumps(answer))
"""
# Reads standard input and writes standard output, as older ones do.
STREAM = """
import json, sys
said = json.load(sys.stdin)
print(json.dumps({"success": True, "full": {"was": said["data"]}}))
"""
REFUSES = """
import json, sys
json.load(sys.stdin)
print(json.dumps({"success": False, "errorMessage": "Invalid API key"}))
"""


def program(file: Path, source: str) -> Path:
    """A program that can be run."""
    file.write_text(f"#!{sys.executable}\n{source}")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def install(
    folder: Path, name: str, source: str, *, types: Sequence[str] = ("ip",), items: Sequence[dict[str, Any]] = ()
) -> None:
    """Put an analyzer into a folder as the collection lays them out."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    program(place / "analyze.py", source)
    said = {
        "name": name, "version": "1.0", "description": f"What {name} does", "dataTypeList": list(types),
        "command": f"{name}/analyze.py", "baseConfig": name, "configurationItems": list(items),
    }  # fmt: skip
    (place / f"{name}.json").write_text(json.dumps(said))
