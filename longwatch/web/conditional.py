# SPDX-License-Identifier: Apache-2.0
"""What every operation of the JSON API does: who asks, and which version they saw (RFC 9110 section 13)."""

from django.http import HttpRequest, HttpResponse

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, SignInNeeded

LONGEST_VERSION = 19  # digits of the largest bigint


def api_actor(request: HttpRequest, permission: Permission | None = None) -> Actor:
    """The actor behind the token: 401 without one, 404 when it may not even see this kind of thing."""
    actor = actor_in(request)
    if actor is None:
        raise SignInNeeded("Send a valid API token: Authorization: Bearer <token>.")
    return require_reading(actor, permission) if permission is not None else actor


def if_match(request: HttpRequest) -> int | None:
    """The version in If-Match, None when the header is absent or a star; refuses what is not one of our ETags."""
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    text = header.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION):
        raise Invalid("If-Match is not an ETag of ours.", fields={"If-Match": "Send the ETag of the last answer."})
    return int(text)


def tag(response: HttpResponse, version: int) -> None:
    """Name the version of the object that is answered."""
    response.headers["ETag"] = f'"{version}"'
