# SPDX-License-Identifier: Apache-2.0
"""What the browser loads: small, complete, and from here only."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "longwatch/web/static/web/dist"
TEMPLATES = ROOT / "longwatch"
BUDGET = 150_000
MAP_FREE = ("app.js", "app.css", "inter.woff2")
# A block of JSON is data: no browser runs it.
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=|\stype="application/json")|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:""", re.IGNORECASE
)
ICON = re.compile(r"""\{% icon "([a-z0-9-]+)"|\bicon="([a-z0-9-]+)\"""")

built = pytest.mark.skipif(not (DIST / "app.js").exists(), reason="the assets are not built")


def templates() -> list[Path]:
    return sorted(TEMPLATES.glob("*/templates/**/*.html"))


@built
def test_a_page_loads_little() -> None:
    assert sum(len(gzip.compress((DIST / name).read_bytes())) for name in MAP_FREE) <= BUDGET


@built
def test_the_sprite_holds_every_icon_a_template_names() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (DIST / "sprite.svg").read_text()))
    named = {name for file in templates() for found in ICON.findall(file.read_text()) for name in found if name}
    assert named <= sprite


@built
@pytest.mark.parametrize("name", ["app.js", "app.css", "map.css"])
def test_nothing_is_fetched_from_elsewhere(name: str) -> None:
    text = (DIST / name).read_text()
    assert not re.findall(r"""(?:url\(|fetch\(|import\()["']?https?://""", text)


@built
def test_no_country_spans_the_world() -> None:
    world = json.loads((DIST / "world.json").read_text())
    rings = [polygon[0] for each in world["features"] for polygon in each["geometry"]["coordinates"]]
    # Antarctica alone goes all the way around.
    spans = [
        max(lon for lon, _ in ring) - min(lon for lon, _ in ring) for ring in rings if min(lat for _, lat in ring) > -60
    ]
    assert max(spans) < 180


def test_no_template_holds_script_or_style() -> None:
    assert [file.name for file in templates() if INLINE.search(file.read_text())] == []


def test_no_library_is_tied_to_one_registry() -> None:
    assert '"resolved"' not in (ROOT / "frontend/package-lock.json").read_text()


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_the_scripts_pass_their_own_tests() -> None:
    files = sorted(str(file) for file in (ROOT / "frontend/tests").glob("*.test.mjs"))
    run = subprocess.run(["node", "--test", *files], cwd=ROOT / "frontend", capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
