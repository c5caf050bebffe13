# SPDX-License-Identifier: Apache-2.0
"""Makes verifiers that others wrote ready in build/verify: Go's x/mod, sigstore-js and sigstore-python, each locked."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools.node import find_node

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "verify"
BUILT = ROOT / "build" / "verify"
PYTHON = BUILT / "python" / "bin" / "python"
GO_PROGRAM = BUILT / "go" / "check"
NODE_PROGRAM = BUILT / "node" / "check.cjs"
X_MOD = Path("/usr/share/gocode/src/golang.org/x/mod")
DEBIAN = "golang-golang-x-mod-dev"
GO_MOD = """module longwatch/verify

go 1.24

require golang.org/x/mod v0.0.0

replace golang.org/x/mod => {place}
"""


def main() -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    make_python()
    make_node()
    make_go()


def make_python() -> None:
    """sigstore-python, and a Go tool chain, in an environment of their own."""
    if not PYTHON.exists():
        venv.create(BUILT / "python", with_pip=True)
    lock = ROOT / "requirements" / "verify.txt"
    words = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    subprocess.run([str(PYTHON), *words], check=True)


def make_node() -> None:
    """sigstore-js, without running any script of the packages."""
    node = find_node()
    folder = NODE_PROGRAM.parent
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "check.cjs"):
        shutil.copy(SOURCES / name, folder)
    words = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def make_go() -> None:
    """Our few lines around Go's own note and tlog packages, built without the network."""
    folder = GO_PROGRAM.parent
    folder.mkdir(exist_ok=True)
    shutil.copy(SOURCES / "main.go", folder)
    (folder / "go.mod").write_text(GO_MOD.format(place=_x_mod()), encoding="utf-8")
    go = next((BUILT / "python" / "lib").glob("python3*/site-packages/go/bin/go"))
    variables = {
        **os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOPATH": str(folder / "path"),
        "GOCACHE": str(folder / "cache"),
    }  # fmt: skip
    subprocess.run([go, "build", "-o", GO_PROGRAM, "."], cwd=folder, env=variables, check=True)


def _x_mod() -> Path:
    """Where golang.org/x/mod is: named, installed, or unpacked from Debian's package, which needs no rights."""
    named = os.environ.get("LONGWATCH_X_MOD")
    if named or X_MOD.exists():
        return Path(named) if named else X_MOD
    unpacked = BUILT / "debian"
    place = unpacked / X_MOD.relative_to("/")
    if not place.exists():
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            sys.exit("Set LONGWATCH_X_MOD to a checkout of golang.org/x/mod: this is not a Debian system.")
        unpacked.mkdir(exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", DEBIAN], cwd=unpacked, check=True)
        package = next(unpacked.glob(f"{DEBIAN}_*.deb"))
        subprocess.run(["dpkg", "-x", package.name, "."], cwd=unpacked, check=True)
    return place


if __name__ == "__main__":
    main()
