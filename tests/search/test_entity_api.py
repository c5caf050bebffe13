# SPDX-License-Identifier: Apache-2.0
"""The API of merging, telling apart and marking people and things."""

from typing import Any

import pytest
from django.test import Client

from tests.personas import Cast
from tests.search.cast_entities import ANA, GHOST, MAIL, Place, make_place
from tests.search.test_pages import api


@pytest.fixture
def place(cast: Cast) -> Place:
    return make_place(cast)


def basis(place: Place) -> dict[str, str]:
    """The incident."""
    return {"record_kind": "incident", "record_id": str(place.incident.id), "reason": "Same badge"}


def post(call: Any, path: str, **body: Any) -> Any:
    """A call with a JSON body."""
    return call("post", path, data=body, content_type="application/json")


class TestIdentities:
    def test_merge_unmerge_and_tell_it(self, cast: Cast, place: Place, client: Client) -> None:
        call, here = api(cast, client), f"/entities/{place.ana}"
        made = post(call, f"{here}/identities", kind="email", value=MAIL, **basis(place))
        assert made.status_code == 201
        assert [each["value"] for each in call("get", here).json()["identifiers"]] == [ANA, MAIL]
        there = f"{here}/identities/{made.json()['id']}"
        assert call("delete", there, headers={"If-Match": '"1"'}).status_code == 412
        assert call("delete", there, headers={"If-Match": made["ETag"]}).status_code == 200
        assert [each["value"] for each in call("get", here).json()["identifiers"]] == [ANA]
        [said] = call("get", f"{here}/identities").json()["items"]
        assert said["ended_label"] == cast.analyst.label

    def test_tell_apart(self, cast: Cast, place: Place, client: Client) -> None:
        call, here = api(cast, client), f"/entities/{place.ana}/identities"
        assert post(call, here, kind="email", value=MAIL, same=False, **basis(place)).json()["same"] is False
        assert post(call, here, kind="email", value=MAIL, **basis(place)).status_code == 409

    def test_are_not_there_for_who_sees_none_of_it(self, cast: Cast, place: Place, client: Client) -> None:
        call = api(cast, client)
        assert call("get", f"/entities/{place.ghost}/identities").status_code == 404
        assert (
            post(call, f"/entities/{place.ghost}/identities", kind="person", value="x", **basis(place)).status_code
            == 404
        )

    def test_rest_on_a_record_that_the_caller_sees(self, cast: Cast, place: Place, client: Client) -> None:
        case = {"record_kind": "case", "record_id": str(place.case.id), "reason": "x"}
        answer = post(api(cast, client), f"/entities/{place.ana}/identities", kind="person", value="x", **case)
        assert answer.status_code == 404

    def test_of_a_narrow_token_are_those_of_records_that_it_opens(
        self, cast: Cast, place: Place, client: Client
    ) -> None:
        lead = api(cast, client, "lead")
        case = {"record_kind": "case", "record_id": str(place.case.id), "reason": "x"}
        assert post(lead, f"/entities/{place.ana}/identities", kind="account", value=GHOST, **case).status_code == 201
        narrow = api(cast, client, "lead", only=["incident:read", "entity:read"])
        assert [each["value"] for each in narrow("get", f"/entities/{place.ana}").json()["identifiers"]] == [ANA]


class TestMarkings:
    def test_mark_and_take_it_off(self, cast: Cast, place: Place, client: Client) -> None:
        call, here = api(cast, client), f"/entities/{place.ana}/markings"
        made = post(call, here, tlp="amber+strict", pap="red", **basis(place))
        assert made.status_code == 201
        told = call("get", here).json()
        assert (told["tlp"], told["pap"]) == ("amber+strict", "red")
        assert call("delete", f"{here}/{made.json()['id']}").status_code == 200
        assert call("get", here).json() == {"items": [], "tlp": "", "pap": ""}

    def test_without_a_marking_is_refused_with_the_field_named(self, cast: Cast, place: Place, client: Client) -> None:
        answer = post(api(cast, client), f"/entities/{place.ana}/markings", **basis(place))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "tlp"
