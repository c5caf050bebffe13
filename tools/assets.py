# SPDX-License-Identifier: Apache-2.0
"""Builds the page assets (npm ci, build.mjs) and compiles translations, each only when its sources changed."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools.node import Node, find_node

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "longwatch" / "web" / "static" / "web" / "dist"
STAMPS = ROOT / ".venv" / "stamps"
NOT_SOURCES = {"node_modules", "dist"}


def main() -> None:
    build_pages()
    compile_translations()


def build_pages() -> None:
    if not (FRONTEND / "package-lock.json").exists():
        return
    node: Node | None = None
    if not _is_current("npm", [FRONTEND / "package-lock.json"]) or not (FRONTEND / "node_modules").is_dir():
        node = find_node()
        _run("Installing the page libraries", [*node.npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)
        _keep("npm", [FRONTEND / "package-lock.json"])
    sources = list(_sources())
    if not _is_current("pages", sources) or not BUILT.is_dir():
        node = node or find_node()
        _run("Building the page assets", [node.node, "build.mjs"], node)
        _keep("pages", sources)


def compile_translations() -> None:
    for po in ROOT.glob("longwatch/**/locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            with po.open("rb") as source, mo.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parent.parent.name))


def _sources() -> Iterator[Path]:
    """What the bundle is made from: the front end, and the templates its icons may be collected from."""
    for folder, names, files in os.walk(FRONTEND):
        names[:] = sorted(set(names) - NOT_SOURCES)
        yield from (Path(folder, file) for file in sorted(files))


def _run(what: str, words: list[str], node: Node) -> None:
    print(what, flush=True)
    path = node.folder + os.pathsep + os.environ.get("PATH", os.defpath)
    done = subprocess.run(
        words, cwd=FRONTEND, env={**os.environ, "PATH": path, "npm_config_update_notifier": "false"}, check=False
    )
    if done.returncode:
        sys.exit(f"{what} failed: see above.")


def _is_current(name: str, files: Iterable[Path]) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == _digest(files)


def _keep(name: str, files: Iterable[Path]) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(_digest(files))


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
