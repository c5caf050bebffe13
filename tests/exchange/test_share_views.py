# SPDX-License-Identifier: Apache-2.0
"""The page from which records leave as files for other tools, and the API for it."""

import json
from uuid import UUID

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.ledger.models import LedgerEntry
from longwatch.records.reference import RecordRef
from tests.exchange.sharing.beacon import a_beacon
from tests.personas import Cast

WANTED = {"format": "misp", "tlp": "amber", "recipient": "MISP of the sector", "purpose": ""}


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    return a_beacon(cast)


def signed_in(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def address(record: RecordRef) -> str:
    return f"/incidents/{record.reference}/share"


class TestPage:
    """page"""

    def test_names_what_stays_behind_for_its_marking(self, cast: Cast, record: RecordRef) -> None:
        text = signed_in(cast).get(address(record), {"tlp": "green"}).content.decode()
        assert "2 items stay here" in text
        assert "secret.example" in text

    def test_has_nothing_left_behind_at_the_strictest_marking(self, cast: Cast, record: RecordRef) -> None:
        assert "stay here, because" not in signed_in(cast).get(address(record), {"tlp": "red"}).content.decode()

    def test_gives_the_file(self, cast: Cast, record: RecordRef) -> None:
        answer = signed_in(cast).post(address(record), WANTED)
        assert json.loads(answer.content)["Event"]["Tag"] == [{"name": "tlp:amber"}]
        assert answer["Content-Disposition"] == f'attachment; filename="{record.reference}.misp.json"'

    def test_keeps_what_was_typed_when_something_is_missing(self, cast: Cast, record: RecordRef) -> None:
        answer = signed_in(cast).post(address(record), WANTED | {"recipient": "", "purpose": "The quarterly exchange"})
        assert answer.status_code == 422
        assert "The quarterly exchange" in answer.content.decode()
        with acting_as(cast.supervisor):
            assert not LedgerEntry.objects.filter(record_id=record.id, action="export.shared").exists()

    def test_is_linked_from_the_record_and_from_its_bundles(self, cast: Cast, record: RecordRef) -> None:
        browser = signed_in(cast)
        for page in (f"/incidents/{record.reference}", f"/incidents/{record.reference}/export"):
            assert address(record) in browser.get(page).content.decode()


class TestApi:
    """POST /api/v1/exports/files"""

    def post(self, cast: Cast, record_id: UUID, **more: str) -> "tuple[int, dict[str, str], bytes]":
        with acting_as(cast.supervisor):
            _, text = create_token(
                account_id=cast.supervisor.id, label="Script", source_id=None, by=cast.supervisor,
                permissions=["incident:read", "signal:read", "record:export"],
            )  # fmt: skip
        body = {"record_kind": "incident", "record_id": str(record_id)} | WANTED | more
        answer = Client().post(
            "/api/v1/exports/files", body, content_type="application/json", headers={"Authorization": f"Bearer {text}"}
        )
        return answer.status_code, dict(answer.headers), answer.content

    def test_gives_the_file_and_says_how_much_stayed(self, cast: Cast, record: RecordRef) -> None:
        status, headers, content = self.post(cast, record.id, format="stix")
        assert (status, headers["Longwatch-Left-Out"]) == (200, "2")
        assert headers["Content-Type"] == "application/stix+json;version=2.1"
        assert json.loads(content)["type"] == "bundle"

    def test_names_the_field_that_is_wrong(self, cast: Cast, record: RecordRef) -> None:
        status, _headers, content = self.post(cast, record.id, tlp="purple")
        assert status == 422
        assert [each["field"] for each in json.loads(content)["errors"]] == ["tlp"]
