# SPDX-License-Identifier: Apache-2.0
"""Who asks by API, and which version they saw."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pydantic_core import PydanticCustomError

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import NotFound, SignInNeeded
from longwatch.core.ids import uuid7
from longwatch.web.conditional import api_actor, tag, version_seen


def asked(actor: Actor | None = None) -> HttpRequest:
    request = RequestFactory().get("/api/v1/things")
    vars(request)["actor"] = actor
    return request


def program(*permissions: Permission) -> Actor:
    return Actor(ActorKind.INTEGRATION, uuid7(), "SIEM", uuid7(), permissions=frozenset(permissions))


class TestApiActor:
    """api_actor"""

    def test_is_the_actor_with_or_without_a_permission_asked(self) -> None:
        actor = program(Permission.CASE_READ)
        assert api_actor(asked(actor)) is actor
        assert api_actor(asked(actor), Permission.CASE_READ) is actor

    def test_hides_what_it_may_not_see(self) -> None:
        with pytest.raises(NotFound):
            api_actor(asked(program()), Permission.CASE_READ)

    @pytest.mark.parametrize("permission", [None, Permission.CASE_READ])
    def test_asks_for_a_token(self, permission: Permission | None) -> None:
        with pytest.raises(SignInNeeded):
            api_actor(asked(), permission)


class TestVersionSeen:
    """version_seen, the reader of If-Match"""

    @pytest.mark.parametrize("header", ['"17"', 'W/"17"', "17", ' "17" '])
    def test_reads_our_etags(self, header: str) -> None:
        assert version_seen(header) == 17

    @pytest.mark.parametrize("header", ["", "*"])
    def test_expects_nothing_without_one(self, header: str) -> None:
        assert version_seen(header) is None
        assert version_seen(None) is None

    @pytest.mark.parametrize(
        "header",
        ['"abc"', '"1", "2"', '"-1"', '"1.5"', '"\u0661\u0662"', '"\u00b2"', f'"{"9" * 20}"', f'"{"9" * 5000}"'],
    )
    def test_refuses_what_is_none_of_ours(self, header: str) -> None:
        with pytest.raises(PydanticCustomError, match="Send the ETag of the last answer"):
            version_seen(header)

    def test_reads_what_tag_wrote(self) -> None:
        response = HttpResponse()
        tag(response, 2**63 - 1)
        assert version_seen(response["ETag"]) == 2**63 - 1


class TestTag:
    """tag"""

    def test_names_the_version(self) -> None:
        response = HttpResponse()
        tag(response, 17)
        assert response["ETag"] == '"17"'
