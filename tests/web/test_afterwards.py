# SPDX-License-Identifier: Apache-2.0
"""What is asked elsewhere when the request's transaction is over."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from longwatch.access.permission import actor_in
from longwatch.access.services.accounts import change_preferences
from longwatch.core.postgres.address import Address
from longwatch.web.acting import ActorMiddleware
from longwatch.web.afterwards import Afterwards
from tests.personas import make_cast


class TestAfterwards:
    def test_is_done_when_the_change_is_committed_and_answered_as_the_actor(self, committed_db: Address) -> None:
        people, seen = make_cast(), list[object]()

        def view(request: HttpRequest) -> HttpResponseBase:
            actor = actor_in(request)
            assert actor is not None
            change_preferences(time_zone="UTC", theme="dark", single_keys=True, by=actor)
            return Afterwards(lambda: connection.in_atomic_block, lambda found: answer(found))

        def answer(open_transaction: bool) -> HttpResponse:
            seen.append((open_transaction, connection.in_atomic_block))
            with connection.cursor() as cursor:
                cursor.execute("select current_setting('longwatch.account')")
                return HttpResponse(cursor.fetchone()[0])

        request = RequestFactory().post("/somewhere")
        vars(request)["actor"] = people.analyst
        given = ActorMiddleware(lambda _request: HttpResponse()).process_view(request, view, (), {})
        assert isinstance(given, HttpResponse)
        assert given.content.decode() == str(people.analyst.id)
        assert seen == [(False, True)]
