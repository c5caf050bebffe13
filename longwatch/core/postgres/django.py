# SPDX-License-Identifier: Apache-2.0
"""The database settings Django wants."""

from typing import Any

from longwatch.core.postgres.address import Address, role_password

CONNECT_SECONDS = 10


def database_settings(address: Address, role: str, *, pool_size: int = 0) -> dict[str, Any]:
    """Django's settings for one of our roles; with a pool size, connections are kept and shared by threads."""
    options: dict[str, Any] = {name: value for name, value in address.server.items() if name not in {"host", "port"}}
    options |= {"connect_timeout": CONNECT_SECONDS, "application_name": role}
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": CONNECT_SECONDS, "max_idle": 300}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.database,
        "HOST": address.server.get("host", ""),
        "PORT": address.server.get("port", ""),
        "USER": role,
        "PASSWORD": role_password(address.secret_key, role),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        # Pages keep no connection state between requests, also behind a transaction pooler.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
