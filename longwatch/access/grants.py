# SPDX-License-Identifier: Apache-2.0
"""What each database role may do, applied again after every migration."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import connections

GENERAL = Path(__file__).parent / "sql" / "grants.sql"


def apply_grants(using: str = "owner") -> None:
    """Run the general sql/grants.sql, then that of each package, as the owner; they are idempotent."""
    with connections[using].cursor() as cursor:
        for file in grant_files():
            cursor.execute(file.read_text(encoding="utf-8"))


def grant_files() -> Iterator[Path]:
    """The general grants first: a package narrows or widens them for its own tables."""
    yield GENERAL
    for app in apps.get_app_configs():
        file = Path(app.path) / "sql" / "grants.sql"
        if app.name.startswith("longwatch.") and file != GENERAL and file.is_file():
            yield file
