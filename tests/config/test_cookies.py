# SPDX-License-Identifier: Apache-2.0
"""What cookies of an installation behind TLS promise, asked of a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KINDS = ("SESSION", "CSRF", "LANGUAGE")
ASK = f"""
import json
from longwatch.config import settings
print(json.dumps({{kind: [getattr(settings, f"{{kind}}_COOKIE_" + part, None)
                  for part in ("NAME", "SECURE", "PATH", "DOMAIN")] for kind in {KINDS!r}}}))
"""


def cookies(tmp_path: Path, base_url: str) -> dict[str, list[Any]]:
    """Name, secure, path and domain of each cookie where people come by this address."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "LONGWATCH_DATA": str(tmp_path), "LONGWATCH_BASE_URL": base_url},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def test_behind_tls_they_are_bound_to_this_host(tmp_path: Path) -> None:
    for name, secure, path, domain in cookies(tmp_path, "https://longwatch.example").values():
        assert name.startswith("__Host-")
        assert secure is True
        assert (path or "/", domain) == ("/", None)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000"])
def test_without_it_browsers_would_refuse_the_prefix(tmp_path: Path, address: str) -> None:
    assert not any(name.startswith("__") for name, *_ in cookies(tmp_path, address).values())
