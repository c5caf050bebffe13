# SPDX-License-Identifier: Apache-2.0
"""What every test needs: settings of a test run, one database server, and a migrated database."""

import os
import tempfile
from pathlib import Path

import django

_DATA = Path(os.environ.get("LONGWATCH_TEST_DATA") or tempfile.mkdtemp(prefix="longwatch-test-"))
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
