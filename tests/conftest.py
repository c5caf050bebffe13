# SPDX-License-Identifier: Apache-2.0
"""What every test needs: settings of a test run, one database server, and a migrated database."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django


def _passing_directory() -> Path:
    """A directory for this run only, which the server's system account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="longwatch-test-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_KEPT = os.environ.get("LONGWATCH_TEST_DATA")
_DATA = Path(_KEPT) if _KEPT else _passing_directory()
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
