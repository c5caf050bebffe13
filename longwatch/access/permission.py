# SPDX-License-Identifier: Apache-2.0
"""The one question before every change: may the actor do this?"""

from django.http import HttpRequest

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed, NotFound, SignInNeeded


class ReadOnly(NotAllowed):
    """The actor sees the record through broken glass only."""

    default_code = "break_glass_reads_only"

    def __init__(self) -> None:
        super().__init__("You see this record because you broke the glass. You can read it, and change nothing.")


def require(actor: Actor, permission: Permission) -> None:
    """Refuse (403) unless the actor carries the permission; what is seen through broken glass is never changed."""
    if not actor.may(permission) and actor.by_glass:
        raise ReadOnly
    if not actor.may(permission):
        raise NotAllowed(_lacking(actor, permission), code="permission_missing")


def _lacking(actor: Actor, permission: Permission) -> str:
    """What a person can do about it is to ask; whoever writes a program needs to know which permission it is."""
    if actor.via == "api":
        return f"This token does not carry the permission {permission}."
    return "Your role does not allow this."


def require_reading(actor: Actor | None, permission: Permission) -> Actor:
    """The actor, when signed in and allowed to see this kind of thing at all; otherwise it is not there (404)."""
    if actor is None:
        raise SignInNeeded("Sign in to see this.")
    if not actor.may(permission):
        raise NotFound
    return actor


def signed_in(request: HttpRequest) -> Actor:
    """The actor that the middleware found; refuses (401) nobody."""
    actor = actor_in(request)
    if actor is None:
        raise SignInNeeded("Sign in to see this.")
    return actor


def actor_in(request: HttpRequest) -> Actor | None:
    """The actor that the middleware found for a request; nobody when not signed in."""
    actor: Actor | None = vars(request).get("actor")
    return actor
