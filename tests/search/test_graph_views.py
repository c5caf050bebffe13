# SPDX-License-Identifier: Apache-2.0
"""The graph as a page, and its parts."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from longwatch.access.context import acting_as
from longwatch.entities.services.mentions import add_mention
from tests.personas import Cast
from tests.search.cast_entities import ANA, GHOST, Place, make_place
from tests.search.test_pages import MOST_QUERIES, api


@pytest.fixture
def place(cast: Cast) -> Place:
    return make_place(cast)


@pytest.fixture
def analyst(cast: Cast, client: Client) -> Client:
    client.force_login(cast.accounts["analyst"])
    return client


class TestGraph:
    def test_lists_what_the_start_is_tied_to(self, place: Place, analyst: Client) -> None:
        page = analyst.get(f"/entities/graph?start=incident:{place.incident.id}").content.decode()
        assert f'data-node="entity:{place.ana}"' in page
        assert f"/entities/graph?start=entity:{place.ana}" in page

    def test_expands_in_one_bounded_part(self, cast: Cast, place: Place, analyst: Client) -> None:
        with acting_as(cast.analyst):
            for number in range(30):
                add_mention(place.incident, kind="ip", value=f"192.0.2.{number}", by=cast.analyst)
        page = analyst.get(f"/entities/graph/neighbours?node=incident:{place.incident.id}").content.decode()
        assert page.count("data-node=") == 25
        assert "data-graph-more=" in page
        assert "<html" not in page

    @pytest.mark.parametrize("kind", ["incident", "entity"])
    def test_takes_few_statements(
        self, place: Place, analyst: Client, django_assert_max_num_queries: DjangoAssertNumQueries, kind: str
    ) -> None:
        key = f"incident:{place.incident.id}" if kind == "incident" else f"entity:{place.ana}"
        for path in (f"/entities/graph?start={key}", f"/entities/graph/neighbours?node={key}"):
            with django_assert_max_num_queries(MOST_QUERIES):
                assert analyst.get(path).status_code == 200

    def test_is_not_there_without_a_start_that_the_reader_sees(self, place: Place, analyst: Client) -> None:
        for start in ("", f"entity:{place.ghost}", f"case:{place.case.id}"):
            assert analyst.get("/entities/graph", {"start": start}).status_code == 404
            assert analyst.get("/entities/graph/neighbours", {"node": start}).status_code == 404

    def test_escapes_what_people_wrote(self, cast: Cast, place: Place, analyst: Client) -> None:
        with acting_as(cast.analyst):
            add_mention(place.incident, kind="person", value='"><script>alert(1)</script>', by=cast.analyst)
        page = analyst.get(f"/entities/graph?start=incident:{place.incident.id}").content.decode()
        assert "<script>alert" not in page

    def test_says_the_same_by_api(self, cast: Cast, place: Place, client: Client) -> None:
        answer = api(cast, client)("get", "/graph", data={"node": f"incident:{place.incident.id}"}).json()
        assert {each["node"]["label"] for each in answer["items"]} >= {ANA}
        assert GHOST not in str(answer)
