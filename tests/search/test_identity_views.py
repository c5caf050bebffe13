# SPDX-License-Identifier: Apache-2.0
"""The pages of merging, telling apart, marking, and what is likely the same."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from longwatch.access.context import acting_as
from longwatch.entities.models import Identity
from longwatch.search.services.identifying import merge
from tests.personas import Cast
from tests.search.cast_entities import ANA, GHOST, MAIL, Place, make_place
from tests.search.test_pages import MOST_QUERIES


@pytest.fixture
def place(cast: Cast) -> Place:
    return make_place(cast)


@pytest.fixture
def analyst(cast: Cast, client: Client) -> Client:
    client.force_login(cast.accounts["analyst"])
    return client


def basis(place: Place) -> str:
    """The incident, as the form names it."""
    return f"incident:{place.incident.id}:{place.incident.compartment_id}"


def said(place: Place, **other: str) -> dict[str, str]:
    """What the form sends."""
    return {"kind": "email", "value": MAIL, "basis": basis(place), "reason": "Same badge", "act": "merge", **other}


class TestMerging:
    def test_merges_and_shows_both_as_one(self, place: Place, analyst: Client) -> None:
        page = analyst.post(f"/entities/{place.ana}/merging", said(place), follow=True).content.decode()
        assert "Known as" in page
        assert f"{MAIL} (e-mail address) is {ANA} (person)" in page

    def test_unmerges_where_it_stands(self, cast: Cast, place: Place, analyst: Client) -> None:
        analyst.post(f"/entities/{place.ana}/merging", said(place))
        with acting_as(cast.analyst):
            row = Identity.objects.get()
        page = analyst.post(f"/entities/{place.ana}/said/{row.id}/end", follow=True).content.decode()
        assert "Known as" not in page
        assert f"taken back by {cast.analyst.label}" in page

    def test_tells_apart(self, cast: Cast, place: Place, analyst: Client) -> None:
        page = analyst.post(f"/entities/{place.ana}/merging", said(place, act="apart"), follow=True).content.decode()
        assert f"{MAIL} (e-mail address) is not {ANA} (person)" in page

    def test_begins_with_what_was_suggested(self, place: Place, analyst: Client) -> None:
        page = analyst.get(f"/entities/{place.ana}/merging?with={place.mail}").content.decode()
        assert f'value="{MAIL}"' in page

    def test_loses_nothing_typed_when_it_is_refused(self, place: Place, analyst: Client) -> None:
        answer = analyst.post(f"/entities/{place.ana}/merging", said(place, reason="", value="The Owl"))
        assert answer.status_code == 422
        assert 'value="The Owl"' in answer.content.decode()

    def test_says_at_the_field_what_is_one_already(self, place: Place, analyst: Client) -> None:
        analyst.post(f"/entities/{place.ana}/merging", said(place))
        answer = analyst.post(f"/entities/{place.ana}/merging", said(place))
        assert answer.status_code == 409
        assert "They are one already." in answer.content.decode()

    def test_offers_no_basis_but_those_that_the_reader_sees(self, cast: Cast, place: Place, analyst: Client) -> None:
        case = f"case:{place.case.id}:{place.case.compartment_id}"
        assert analyst.post(f"/entities/{place.ana}/merging", said(place, basis=case)).status_code == 422

    def test_offers_what_is_named_in_a_case_with_its_case(self, cast: Cast, place: Place, client: Client) -> None:
        client.force_login(cast.accounts["lead"])
        page = client.get(f"/entities/{place.ana}/merging?with={place.ghost}").content.decode()
        assert place.case.reference in page
        answer = client.post(f"/entities/{place.ana}/merging", said(place, kind="account", value=GHOST))
        assert answer.status_code == 409
        assert "Choose one that names it" in answer.content.decode()

    def test_does_not_exist_for_who_sees_none_of_it(self, place: Place, analyst: Client) -> None:
        for path in ("merging", "marking", "suggestions"):
            assert analyst.get(f"/entities/{place.ghost}/{path}").status_code == 404

    def test_takes_few_statements(
        self, cast: Cast, place: Place, analyst: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        with acting_as(cast.analyst):
            merge(place.ana, kind="person", value="The Owl", record=place.incident, reason="x", by=cast.analyst)
        for path in ("", f"/merging?with={place.mail}", "/marking", "/suggestions"):
            with django_assert_max_num_queries(MOST_QUERIES):
                assert analyst.get(f"/entities/{place.ana}{path}").status_code == 200


class TestMarking:
    def mark(self, place: Place, client: Client, **other: str) -> Any:
        """Ana, on the incident."""
        values = {"tlp": "amber+strict", "pap": "red", "basis": basis(place), "reason": "Asked for", **other}
        return client.post(f"/entities/{place.ana}/marking", values, follow=True)

    def test_marks_and_shows_it(self, place: Place, analyst: Client) -> None:
        page = self.mark(place, analyst).content.decode()
        assert "TLP:AMBER+STRICT" in page
        assert "PAP:RED" in page

    def test_without_a_marking_says_so(self, place: Place, analyst: Client) -> None:
        assert "Choose a marking." in self.mark(place, analyst, tlp="", pap="").content.decode()


class TestList:
    def test_finds_an_alias(self, cast: Cast, place: Place, analyst: Client) -> None:
        with acting_as(cast.analyst):
            merge(place.ana, kind="person", value="The Owl", record=place.incident, reason="x", by=cast.analyst)
        page = analyst.get("/entities?q=the+owl").content.decode()
        assert "The Owl is another name of" in page

    def test_finds_no_alias_of_what_the_reader_may_not_see(self, cast: Cast, place: Place, analyst: Client) -> None:
        with acting_as(cast.lead):
            merge(place.ghost, kind="person", value="The Owl", record=place.case, reason="x", by=cast.lead)
        assert "another name" not in analyst.get("/entities?q=the+owl").content.decode()


class TestChart:
    def test_is_told_in_words_and_as_a_table_too(self, place: Place, analyst: Client) -> None:
        page = analyst.get(f"/entities/{place.ana}").content.decode()
        assert "1 record since" in page
        assert 'class="sighting sighting-incident"' in page
        assert "As a table" in page
