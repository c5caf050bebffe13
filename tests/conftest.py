# SPDX-License-Identifier: Apache-2.0
"""What every test needs: settings of a test run, one database server, and a migrated database."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django

from longwatch.core.postgres.place import known_place


def _passing_directory() -> Path:
    """A directory for this run only, which the server's system account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="longwatch-test-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _workers_directory(run: Path, worker: str) -> Path:
    """Files of its own for one of several workers, with a signpost to the server that all of them share."""
    folder = run / worker
    folder.mkdir(exist_ok=True)
    (folder / "postgres-is-at").write_text(f"{known_place(run).base}\n", encoding="utf-8")
    return folder


def _data_directory() -> Path:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # Started by the process that has been through here and set the variable.
        return _workers_directory(Path(os.environ["LONGWATCH_DATA"]), worker)
    kept = os.environ.get("LONGWATCH_TEST_DATA")
    return Path(kept) if kept else _passing_directory()


_DATA = _data_directory()
for _folder in ("static", "uploads"):
    (_DATA / _folder).mkdir(parents=True, exist_ok=True)
os.environ.update(
    DJANGO_SETTINGS_MODULE="longwatch.config.settings",
    LONGWATCH_DATA=str(_DATA),
    LONGWATCH_SECRET_KEY="a-secret-key-for-tests-only-" + "0" * 32,
    LONGWATCH_BASE_URL="http://testserver",
    LONGWATCH_HOSTS="testserver",
    LONGWATCH_LOG_LEVEL="WARNING",
)
django.setup()

pytest_plugins = ["tests.fixtures.database", "tests.fixtures.settings", "tests.fixtures.server", "tests.fixtures.cast"]
