# SPDX-License-Identifier: Apache-2.0
"""What each database role may do, applied again after every migration."""

from pathlib import Path

from django.db import connections

GRANTS = Path(__file__).parent / "sql" / "grants.sql"


def apply_grants(using: str = "owner") -> None:
    """Run sql/grants.sql as the owner; it is idempotent."""
    with connections[using].cursor() as cursor:
        cursor.execute(GRANTS.read_text(encoding="utf-8"))
