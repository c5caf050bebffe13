# SPDX-License-Identifier: Apache-2.0
"""What is done with an exhibit, by API."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from tests.personas import Cast


@pytest.fixture
def row(cast: Cast, tmp_path: Path, settings: Any) -> Exhibit:
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    with acting_as(cast.analyst):
        incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst)
        file = SimpleUploadedFile("disk.img", b"bytes")
        return add_exhibit(incident_ref(incident), file, by=cast.analyst)


def program(cast: Cast, who: str) -> Client:
    actor = cast.actors[who]
    with acting_as(actor):
        _, token = create_token(account_id=actor.id, label="t", permissions=sorted(actor.permissions), by=actor)
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(cast: Cast, who: str, row: Exhibit, what: str, seen: str = "", **body: str) -> Any:
    address, headers = f"/api/v1/exhibits/{row.id}/{what}", {"If-Match": seen} if seen else {}
    return program(cast, who).post(address, body, content_type="application/json", headers=headers)


def chain(cast: Cast, row: Exhibit) -> Any:
    return program(cast, "analyst").get(f"/api/v1/exhibits/{row.id}/custody")


class TestCustodyApi:
    """transfer, seal, open_seal, verification"""

    def test_hands_over_seals_opens_and_verifies(self, cast: Cast, row: Exhibit) -> None:
        handed = post(cast, "analyst", row, "transfers", receiver="Lab", reason="Image it", place="Safe 2")
        assert handed.status_code == 201
        assert (handed.json()["from_label"], handed.json()["to_label"]) == ("Ana Analyst", "Lab")
        assert post(cast, "analyst", row, "seal", seal="A-17").status_code == 201
        with acting_as(cast.analyst):
            assert selectors.holding(row) == selectors.Holding("Lab", "Safe 2", "A-17")
        assert post(cast, "analyst", row, "seal", seal="A-18").status_code == 409
        assert post(cast, "analyst", row, "seal/opening", reason="To image it").json()["seal"] == "A-17"
        assert post(cast, "analyst", row, "seal/opening", reason="Again").status_code == 409
        assert post(cast, "analyst", row, "verifications").json()["kind"] == "verified"

    def test_gives_the_custody_report(self, cast: Cast, row: Exhibit) -> None:
        answer = post(cast, "analyst", row, "custody-report", reason="Court")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        with acting_as(cast.analyst):
            assert [link.kind for link in selectors.custody(row.id)] == ["received", "reported"]

    def test_refuses_who_did_not_see_that_it_changed_hands(self, cast: Cast, row: Exhibit) -> None:
        seen = chain(cast, row)["ETag"]
        handed = post(cast, "analyst", row, "transfers", seen, receiver="Lab", reason="Image it")
        assert handed.status_code == 201
        for what, body in (
            ("transfers", {"receiver": "Me", "reason": "x"}),
            ("seal", {"seal": "1"}),
            ("seal/opening", {"reason": "x"}),
            ("transfers/receipt", {}),
            ("transfers/refusal", {"reason": "x"}),
            ("transfers/taking-back", {}),
        ):
            assert post(cast, "analyst", row, what, seen, **body).status_code == 412
        assert chain(cast, row)["ETag"] == handed["ETag"]
        assert post(cast, "analyst", row, "seal", handed["ETag"], seal="A-17").status_code == 201

    def test_offers_to_an_account_that_confirms_or_refuses(self, cast: Cast, row: Exhibit) -> None:
        to = str(cast.responder.id)
        offered = post(cast, "analyst", row, "transfers", receiver_id=to, reason="Image it")
        assert (offered.status_code, offered.json()["kind"], offered.json()["receiver_id"]) == (201, "offered", to)
        waiting = program(cast, "responder").get("/api/v1/exhibits/waiting").json()["items"]
        assert [(each["exhibit"]["id"], each["offer"]["id"]) for each in waiting] == [
            (str(row.id), offered.json()["id"])
        ]
        assert program(cast, "analyst").get("/api/v1/exhibits/waiting").json()["items"] == []
        assert post(cast, "analyst", row, "transfers/receipt").status_code == 403
        assert post(cast, "responder", row, "transfers/refusal", reason="Wet").json()["kind"] == "refused"
        again = post(cast, "analyst", row, "transfers", receiver_id=to, reason="Dry now")
        assert post(cast, "analyst", row, "transfers", receiver="Lab", reason="x").status_code == 409
        assert post(cast, "analyst", row, "transfers/taking-back").json()["kind"] == "taken_back"
        again = post(cast, "analyst", row, "transfers", receiver_id=to, reason="Now")
        taken = post(cast, "responder", row, "transfers/receipt", again["ETag"], condition="dry")
        assert (taken.json()["kind"], taken.json()["offer_id"]) == ("accepted", again.json()["id"])
        assert program(cast, "responder").get("/api/v1/exhibits/waiting").json()["items"] == []

    def test_looking_and_checking_change_no_version(self, cast: Cast, row: Exhibit) -> None:
        seen = chain(cast, row)["ETag"]
        assert program(cast, "analyst").get(f"/api/v1/exhibits/{row.id}/content?reason=Lab").status_code == 200
        assert post(cast, "analyst", row, "verifications").status_code == 201
        assert len(chain(cast, row).json()["items"]) == len(("received", "downloaded", "verified"))
        assert chain(cast, row)["ETag"] == seen

    def test_asks_for_reasons(self, cast: Cast, row: Exhibit) -> None:
        assert post(cast, "analyst", row, "transfers", receiver="Lab", reason=" ").status_code == 422
        assert post(cast, "analyst", row, "transfers", receiver="", reason="Image it").status_code == 422
        assert post(cast, "analyst", row, "custody-report", reason=" ").status_code == 422

    @pytest.mark.parametrize("what", ["transfers", "seal", "seal/opening", "verifications"])
    def test_is_not_there_for_others(self, cast: Cast, row: Exhibit, what: str) -> None:
        body = {"receiver": "Me", "reason": "x"} if what == "transfers" else {"seal": "1"} if what == "seal" else {}
        body = {"reason": "x"} if what == "seal/opening" else body
        for who in ("hr", "outsider", "administrator"):
            assert post(cast, who, row, what, **body).status_code == 404
