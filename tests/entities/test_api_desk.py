# SPDX-License-Identifier: Apache-2.0
"""People and things of a record in the API."""

import pytest

from longwatch.records.reference import RecordRef
from tests.personas import Cast
from tests.records.test_api_desk import address, calls, record

__all__ = ["record"]


class TestPeople:
    """/people"""

    def test_are_named_once_and_listed_with_their_version(self, cast: Cast, record: RecordRef) -> None:
        call, here = calls(cast), f"{address(record)}/people"
        named = call("POST", here, {"kind": "person", "value": "Jo", "part": "witness"})
        assert (named.status_code, named["ETag"]) == (201, f'"{named.json()["version"]}"')
        assert call("POST", here, {"kind": "person", "value": "Jo", "part": "witness"}).json() == named.json()
        assert named.json() in call("GET", here).json()

    def test_are_taken_out_in_the_version_that_was_read_only(self, cast: Cast, record: RecordRef) -> None:
        call, here = calls(cast), f"{address(record)}/people"
        named = call("POST", here, {"kind": "person", "value": "Jo"})
        one = f"{here}/{named.json()['id']}"
        assert call("DELETE", one, If_Match='"1"').status_code == 412
        assert call("DELETE", one, If_Match=named["ETag"]).status_code == 204
        assert named.json() not in call("GET", here).json()

    @pytest.mark.parametrize(("field", "value"), [("kind", "ghost"), ("value", " "), ("part", "hero")])
    def test_name_the_field_that_is_wrong(self, cast: Cast, record: RecordRef, field: str, value: str) -> None:
        body = {"kind": "person", "value": "Jo", "part": "witness", field: value}
        wrong = calls(cast)("POST", f"{address(record)}/people", body)
        assert (wrong.status_code, [each["field"] for each in wrong.json()["errors"]]) == (422, [field])
