# SPDX-License-Identifier: Apache-2.0
"""Sessions of signed-in people: Django's, which also know since when."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from longwatch.core import clock

SIGNED_IN_AT = "longwatch_signed_in_at"


class SessionStore(db.SessionStore):
    """The SESSION_ENGINE."""

    def save(self, must_create: bool = False) -> None:
        """Store it; the first time with an account notes the moment of signing in."""
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if SESSION_KEY in data and SIGNED_IN_AT not in data:
            data[SIGNED_IN_AT] = clock.now().timestamp()
        super().save(must_create)
