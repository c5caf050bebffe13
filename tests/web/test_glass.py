# SPDX-License-Identifier: Apache-2.0
"""What broken glass changes in a request; the pages: tests/search/test_glass_views.py."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import ProgrammingError
from django.http import HttpRequest
from django.test import RequestFactory
from psycopg.errors import InsufficientPrivilege

from longwatch.access.context import Entered, OpenGlass
from longwatch.access.permission import actor_in
from longwatch.core.actor import Actor, ActorKind
from longwatch.web.glass import banners, is_wall, leave_trace, leaves_trace, look_through

ID = UUID("01930000-0000-7000-8000-000000000001")
OPEN = OpenGlass(ID, "case", ID, "CASE-7K3F-Q2", datetime(2026, 3, 1, 12, tzinfo=UTC))
DISPATCHER = Actor(ActorKind.ACCOUNT, ID, "Dana", ID, permissions=frozenset({"incident:work", "access:break_glass"}))


def request_of(path: str, glass: list[OpenGlass], **kwargs: object) -> HttpRequest:
    request = RequestFactory().get(path)
    vars(request)["actor"] = DISPATCHER
    look_through(request, Entered(glass, 0), kwargs)
    return request


class TestLookThrough:
    """look_through"""

    def test_reads_and_nothing_else_where_the_address_names_the_record(self) -> None:
        for kwargs in ({"reference": "case-7k3f-q2"}, {"case_id": ID}):
            actor = actor_in(request_of("/x", [OPEN], **kwargs))
            assert actor is not None
            assert actor.by_glass
            assert actor.may("case:read")
            assert not actor.may("incident:work")

    def test_reads_where_the_query_names_it(self) -> None:
        actor = actor_in(request_of(f"/search/history?kind=case&id={ID}", [OPEN]))
        assert actor is not None
        assert actor.by_glass

    def test_changes_nothing_anywhere_else(self) -> None:
        assert actor_in(request_of("/x", [OPEN], reference="CASE-OTHE-RR")) is DISPATCHER
        assert actor_in(request_of("/x", [], reference="CASE-7K3F-Q2")) is DISPATCHER


class TestBanners:
    """banners"""

    def test_name_each_open_record_with_its_end(self) -> None:
        (banner,) = banners(request_of("/x", [OPEN]))
        assert (banner["url"], banner["expires_at"]) == ("/cases/CASE-7K3F-Q2", OPEN.expires_at)


class TestIsWall:
    """is_wall"""

    def test_is_the_databases_refusal_while_glass_is_broken(self) -> None:
        error = ProgrammingError()
        error.__cause__ = InsufficientPrivilege()
        assert is_wall(request_of("/x", [OPEN]), error)
        assert not is_wall(request_of("/x", []), error)
        assert not is_wall(request_of("/x", [OPEN]), ProgrammingError())


class TestLeavesTrace:
    """leave_trace, leaves_trace"""

    def test_is_asked_for(self) -> None:
        request = request_of("/x", [])
        assert not leaves_trace(request)
        leave_trace(request)
        assert leaves_trace(request)
