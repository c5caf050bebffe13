# SPDX-License-Identifier: Apache-2.0
"""One exhibit by API, within what a token may read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.evidence import selectors
from longwatch.evidence.services.items import Item, add_item
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.rendering import work_due
from longwatch.records.reference import RecordRef
from tests.evidence.rendering import samples
from tests.personas import Cast


def program(cast: Cast) -> Client:
    with acting_as(cast.responder):
        permissions = ["evidence:read", "incident:read"]
        _, token = create_token(account_id=cast.responder.id, label="t", permissions=permissions, by=cast.responder)
    return Client(headers={"Authorization": f"Bearer {token}"})


class TestSafeCopy:
    """safe_copy, copy_picture"""

    def test_says_what_the_copy_shows_and_that_it_was_looked_at(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile("gate.jpg", samples.jpeg()), by=cast.responder)
        client, address = program(cast), f"/api/v1/exhibits/{row.id}/copy"
        assert client.get(address).json()["state"] == "waiting"
        assert client.get(f"{address}/pictures/0").status_code == 404
        with acting_as(None):
            work_due(row.org_id)
        told = client.get(address).json()
        assert (told["state"], [each["number"] for each in told["pictures"]]) == ("ready", [0])
        assert "59.125000, 11.387500" in [fact["value"] for fact in told["facts"]]
        picture = client.get(f"{address}/pictures/0")
        assert picture["Content-Type"] == "image/jpeg"
        assert b"Halden" not in picture.content
        with acting_as(cast.responder):
            assert [link.kind for link in selectors.custody(row.id)] == ["received", "viewed"]

    def test_says_why_there_is_none(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile("b.png", samples.png_bomb()), by=cast.responder)
            thing = add_item(record, Item(name="Knife", place="Safe 2"), by=cast.responder)
        with acting_as(None):
            work_due(row.org_id)
        client = program(cast)
        told = client.get(f"/api/v1/exhibits/{row.id}/copy").json()
        assert told["state"] == "refused"
        assert "claims so many pixels" in told["why"]
        assert client.get(f"/api/v1/exhibits/{thing.id}/copy").json()["state"] == "none"


class TestExhibit:
    """exhibit, content, custody"""

    @pytest.mark.parametrize("what", ["", "/content", "/custody", "/copy"])
    @pytest.mark.parametrize(
        ("permissions", "status"), [(["evidence:read", "incident:read"], 200), (["evidence:read"], 404)]
    )
    def test_needs_the_permission_of_the_record_too(
        self, cast: Cast, record: RecordRef, permissions: list[str], status: int, what: str
    ) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile("door.txt", b"open"), by=cast.responder)
            _, token = create_token(account_id=cast.responder.id, label="t", permissions=permissions, by=cast.responder)
        answer = Client(headers={"Authorization": f"Bearer {token}"}).get(f"/api/v1/exhibits/{row.id}{what}?reason=Lab")
        answer.close()
        assert answer.status_code == status
