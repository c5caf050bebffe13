# SPDX-License-Identifier: Apache-2.0
"""Sessions of signed-in people: where, since when, last seen; ended by one delete."""

import hashlib
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import QuerySet

from longwatch.access.sign_in_models import Session
from longwatch.core import clock
from longwatch.core.ids import uuid7

SIGNED_IN_AT = "longwatch_signed_in_at"
# Of somebody who came by single sign-on: when they last showed the provider who they are.
PROVED_AT = "longwatch_proved_at"
SESSION_ID = "longwatch_session"
DEVICE = "longwatch_device"
# How exactly it is known when somebody was last seen: each time is a write.
SEEN_EVERY = timedelta(minutes=1)


def stored(key: str) -> str:
    """What is kept of the key in somebody's cookie. It has 160 random bits, so a plain hash cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """The SESSION_ENGINE: Django's in the database, with an account, an idle time and an end."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Ours, which knows whose it is."""
        return Session

    def save(self, must_create: bool = False) -> None:
        """Store it; the first time with an account notes the moment of signing in."""
        if self.session_key is not None:
            self._begin(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        super().save(must_create)

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session."""
        return Session.objects.filter(session_key=stored(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End it; nothing happens when it ended before."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=stored(key)).delete()

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        """The row, with what the data says about whose it is."""
        began = data.get(SIGNED_IN_AT)
        latest = began and datetime.fromtimestamp(began, UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        expiry = self.get_expiry_date()
        return Session(
            session_key=stored(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(cast("dict[str, Any]", data)),
            expire_date=min(expiry, latest) if latest else expiry,
            id=UUID(data[SESSION_ID]) if SESSION_ID in data else uuid7(),
            account_id=data.get(SESSION_KEY),
            device=data.get(DEVICE, ""),
            signed_in_at=datetime.fromtimestamp(began, UTC) if began else None,
        )

    def _begin(self, data: MutableMapping[str, Any]) -> None:
        if SESSION_KEY in data and SIGNED_IN_AT not in data:
            data[SIGNED_IN_AT] = clock.now().timestamp()
            data[SESSION_ID] = str(uuid7())

    def _get_session_from_db(self) -> Session | None:
        now = clock.now()
        found = _alive().filter(session_key=stored(self.session_key or "")).first()
        if found is None:
            self._session_key = None
        elif now - found.seen_at > SEEN_EVERY:
            Session.objects.filter(session_key=found.session_key).update(seen_at=now)
        return found


def end_sessions(account_id: UUID, *, but: UUID | None = None) -> int:
    """End all sessions of an account, or all but one; returns how many there were."""
    theirs = Session.objects.filter(account_id=account_id)
    return (theirs.exclude(id=but) if but else theirs).delete()[0]


def end_session(account_id: UUID, session_id: UUID) -> bool:
    """End one session of an account; tells whether there was one."""
    return Session.objects.filter(account_id=account_id, id=session_id).delete()[0] > 0


def forget_ended() -> int:
    """Delete the sessions that have ended by themselves; returns how many."""
    now = clock.now()
    idle = Session.objects.filter(seen_at__lte=now - timedelta(seconds=settings.SESSION_IDLE_SECONDS))
    return (idle | Session.objects.filter(expire_date__lte=now)).delete()[0]


def living(account_id: UUID) -> list[Session]:
    """The sessions in which somebody is signed in now, the last seen first."""
    theirs = _alive().filter(account_id=account_id)
    return list(theirs.defer("session_data").order_by("-seen_at"))


def _alive() -> QuerySet[Session]:
    now = clock.now()
    earliest = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return Session.objects.filter(expire_date__gt=now, seen_at__gt=earliest)
