# SPDX-License-Identifier: Apache-2.0
"""Mappings of one's own, through the JSON API."""

import pytest

from tests.intake.cast_mappings import RECORD, door_mapping
from tests.intake.test_api_triage import Api
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(cast)


class TestMappings:
    def test_are_made_listed_changed_and_retired(self, api: Api) -> None:
        made = api.call("POST", "/mappings", {"text": door_mapping()})
        assert (made.status_code, made.json()["format"], made.headers["ETag"]) == (201, "own:doors", '"1"')
        address = made.headers["Location"].removeprefix("/api/v1")
        assert [row["id"] for row in api.call("GET", "/mappings").json()] == [made.json()["id"]]
        shorter = {"text": door_mapping(title="{event.name}", expected="Held open"), "note": "Shorter"}
        changed = api.call("PUT", address, shorter, if_match='"1"')
        assert (changed.status_code, changed.json()["number"]) == (200, 2)
        assert api.call("GET", f"{address}?number=1").json()["text"] == door_mapping()
        assert api.call("DELETE", address).json()["retired_at"] is not None

    def test_are_refused_when_somebody_changed_them_meanwhile(self, api: Api) -> None:
        made = api.call("POST", "/mappings", {"text": door_mapping()})
        address = made.headers["Location"].removeprefix("/api/v1")
        assert api.call("PUT", address, {"text": door_mapping()}, if_match='"7"').status_code == 412

    def test_name_the_field_that_is_wrong(self, api: Api) -> None:
        answer = api.call("POST", "/mappings", {"text": door_mapping().replace('"door"', '"door["')})
        assert (answer.status_code, "entity[0].path" in answer.text) == (422, True)

    def test_are_tried_on_a_sample_and_store_nothing(self, api: Api) -> None:
        tried = api.call("POST", "/mappings/try", {"text": door_mapping(), "sample": RECORD.decode()})
        assert tried.json()["faults"] == []
        [signal] = tried.json()["signals"]
        assert (signal["title"], signal["severity"], signal["format"]) == ("Held open at D7", "high", "own:doors")
        assert api.call("GET", "/mappings").json() == []

    def test_say_what_is_wrong_with_a_sample(self, api: Api) -> None:
        tried = api.call("POST", "/mappings/try", {"text": door_mapping(), "sample": "{"})
        assert (tried.status_code, tried.json()["signals"]) == (200, [])
        assert "not valid JSON" in tried.json()["faults"][0]
