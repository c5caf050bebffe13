# SPDX-License-Identifier: Apache-2.0
"""Mail settings from one URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from longwatch.core.environment import EMAIL_URL, SettingError

PORTS = {"smtp": 587, "smtps": 465}


def mail_settings(url: str, *, folder: Path | None = None) -> dict[str, Any]:
    """Django's mail settings; without a URL mail is written to the folder, or else to the log.

    Refuses other schemes than smtp(s).
    """
    if not url and folder is not None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingError(EMAIL_URL.name, "like smtp://user:password@mail.example.org:587?tls=1")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parse_qs(parts.query).get("tls", ["1"])[0] == "1",
        "EMAIL_TIMEOUT": 20,
    }
