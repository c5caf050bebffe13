# SPDX-License-Identifier: Apache-2.0
"""What every operation of the JSON API does: who asks, and which version they saw (RFC 9110 section 13)."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja.params.functions import Header
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import SignInNeeded

LONGEST_VERSION = 19  # digits of the largest bigint


def api_actor(request: HttpRequest, permission: Permission | None = None) -> Actor:
    """The actor behind the token: 401 without one, 404 when it may not even see this kind of thing."""
    actor = actor_in(request)
    if actor is None:
        raise SignInNeeded("Send a valid API token: Authorization: Bearer <token>.")
    return require_reading(actor, permission) if permission is not None else actor


def version_seen(header: object) -> int | None:
    """The version that an If-Match names, None for a star; refuses what is not one of our ETags."""
    text = str(header if header is not None else "").strip()
    if text in ("", "*"):
        return None
    digits = text.removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_VERSION):
        raise PydanticCustomError("etag", "Send the ETag of the last answer.")
    return int(digits)


# An operation that changes something declares it (tests/config/test_openapi.py) and hands it to its service.
IfMatch = Annotated[
    int | None,
    BeforeValidator(version_seen),
    WithJsonSchema({"type": "string", "examples": ['"4711"']}),
    Header(
        None,
        alias="If-Match",
        description="The `ETag` of what is changed, or its `version` from a list. Refused (412) when somebody changed "
        "it since. Left out: the change is made whatever the version.",
    ),
]


def tag(response: HttpResponse, version: int) -> None:
    """Name the version of the object that is answered."""
    response.headers["ETag"] = f'"{version}"'
