# SPDX-License-Identifier: Apache-2.0
"""Bundles changed by somebody, and followed by a stranger."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
UNLISTED = {"longwatch/export.dsse.json", "longwatch/tagmanifest-sha256.txt.sig"}
Change = Callable[[Path], None]


def instructions(file: Path) -> list[str]:
    """The commands of the VERIFY.md inside a bundle, block by block."""
    with ZipFile(file) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/longwatch/VERIFY.md"))
        return BLOCK.findall(archive.read(name).decode())


def follow(file: Path, folder: Path, commands: list[str]) -> "subprocess.CompletedProcess[str]":
    """What a stranger sees who does all that, with the public tools of the path."""
    folder.mkdir()
    shutil.copy(file, folder / f"{bag_name(file)}.zip")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    script = "set -e\n" + "\n".join(commands)
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def bag_name(file: Path) -> str:
    """The one folder in a bundle."""
    with ZipFile(file) as archive:
        return archive.namelist()[0].partition("/")[0]


def changed(file: Path, target: Path, change: Change) -> Path:
    """A copy of a bundle in which somebody did something to the files."""
    folder = target.with_suffix("")
    with ZipFile(file) as archive:
        archive.extractall(folder)
    (bag,) = folder.iterdir()
    change(bag)
    with ZipFile(target, "w") as archive:
        for path in sorted(bag.rglob("*")):
            if path.is_file():
                archive.write(path, str(path.relative_to(folder)))
    shutil.rmtree(folder)
    return target


def resealed(bag: Path) -> None:
    """Manifests made again, as a forger would who cannot sign."""
    for tool in ("sha256", "sha512"):
        payload = sorted(str(path.relative_to(bag)) for path in (bag / "data").rglob("*") if path.is_file())
        _list(bag, tool, payload, f"manifest-{tool}.txt")
    sizes = [path.stat().st_size for path in (bag / "data").rglob("*") if path.is_file()]
    info = (bag / "bag-info.txt").read_text()
    info = re.sub(r"Payload-Oxum: .*", f"Payload-Oxum: {sum(sizes)}.{len(sizes)}", info)
    (bag / "bag-info.txt").write_text(info)
    tags = sorted(str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file())
    listed = [tag for tag in tags if tag not in UNLISTED and not tag.startswith(("data/", "tagmanifest-"))]
    for tool in ("sha256", "sha512"):
        _list(bag, tool, listed, f"tagmanifest-{tool}.txt")


def _list(bag: Path, tool: str, paths: list[str], manifest: str) -> None:
    made = subprocess.run([f"{tool}sum", *paths], cwd=bag, capture_output=True, text=True, check=True)
    (bag / manifest).write_text(made.stdout)
