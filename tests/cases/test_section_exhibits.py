# SPDX-License-Identifier: Apache-2.0
"""Exhibits of a section: chosen in the form, read inside it alone, and counted by themselves."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.access.services.tokens import create_token
from longwatch.cases.models import Case
from longwatch.cases.services.people import add_member
from longwatch.cases.services.sections import open_section
from longwatch.core.actor import Actor
from longwatch.evidence.models import Exhibit
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast


@pytest.fixture(autouse=True)
def evidence_directory(tmp_path: Path, settings: Any) -> None:
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"


@pytest.fixture
def hr(case: Case, cast: Cast) -> Compartment:
    """The HR section of the case; the HR partner alone is inside."""
    with acting_as(cast.lead):
        add_member(case.id, cast.hr.id, reason="Advises", by=cast.lead)
    with acting_as(cast.hr):
        return open_section(case.id, section="hr", by=cast.hr)


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def add(client: Client, case: Case, name: str, section: Any = "", expected: int = 302) -> None:
    file = SimpleUploadedFile(name, b"words of " + name.encode())
    answer = client.post(f"/files/of/case/{case.id}", {"file": file, "section": str(section)})
    assert answer.status_code == expected, answer.content


def marks(person: Actor, case: Case) -> dict[str, str]:
    with acting_as(person):
        rows = Exhibit.objects.filter(record_id=case.id).select_related("compartment")
        return {row.name: row.mark for row in rows}


def test_the_form_offers_sections_to_whoever_is_inside(cast: Cast, case: Case, hr: Compartment) -> None:
    address = f"/files/of/case/{case.id}"
    assert f'value="{hr.id}"' in browser(cast, "hr").get(address).content.decode()
    assert "Who can read it" not in browser(cast, "lead").get(address).content.decode()


def test_a_file_for_a_section_is_read_inside_it_alone(cast: Cast, case: Case, hr: Compartment) -> None:
    add(browser(cast, "hr"), case, "contract.txt", hr.id)
    assert marks(cast.hr, case) == {"contract.txt": "HR-1"}
    assert marks(cast.lead, case) == {}
    page = browser(cast, "hr").get(f"/files/of/case/{case.id}").content.decode()
    assert "Exhibit HR-1" in page


def test_numbers_of_the_core_have_no_gap_for_what_lies_in_a_section(cast: Cast, case: Case, hr: Compartment) -> None:
    add(browser(cast, "lead"), case, "first.txt")
    add(browser(cast, "hr"), case, "contract.txt", hr.id)
    add(browser(cast, "lead"), case, "second.txt")
    assert marks(cast.lead, case) == {"first.txt": "1", "second.txt": "2"}
    assert marks(cast.hr, case)["contract.txt"] == "HR-1"


def test_a_section_that_one_is_not_inside_is_not_there(cast: Cast, case: Case, hr: Compartment) -> None:
    add(browser(cast, "lead"), case, "a.txt", hr.id, expected=404)
    add(browser(cast, "lead"), case, "a.txt", "nonsense", expected=404)
    assert marks(cast.lead, case) == {}


def test_the_ledger_tells_the_mark(cast: Cast, case: Case, hr: Compartment) -> None:
    add(browser(cast, "hr"), case, "contract.txt", hr.id)
    with acting_as(cast.hr):
        entry = LedgerEntry.objects.get(action="evidence.received")
        assert entry.compartment_id == hr.id


def token_of(cast: Cast, person: Actor) -> str:
    with acting_as(person):
        _, text = create_token(account_id=person.id, label="t", permissions=sorted(person.permissions), by=person)
    return text


def test_the_api_takes_a_section(cast: Cast, case: Case, hr: Compartment) -> None:
    client = Client(headers={"Authorization": f"Bearer {token_of(cast, cast.hr)}"})
    file = SimpleUploadedFile("contract.txt", b"words")
    answer = client.post(f"/api/v1/records/case/{case.id}/exhibits", {"file": file, "section_id": str(hr.id)})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["mark"], answer.json()["section_id"]) == ("HR-1", str(hr.id))
    assert marks(cast.lead, case) == {}


def test_a_resumable_upload_goes_into_the_section_that_its_metadata_names(
    cast: Cast, case: Case, hr: Compartment
) -> None:
    client = Client(headers={"Authorization": f"Bearer {token_of(cast, cast.hr)}", "Tus-Resumable": "1.0.0"})
    place = base64.b64encode(str(hr.id).encode()).decode()
    begun = client.post(
        f"/api/v1/records/case/{case.id}/uploads",
        headers={"Upload-Length": "5", "Upload-Metadata": f"compartment {place}"},
    )
    assert begun.status_code == 201, begun.content
    sent = client.patch(
        begun["Location"], b"words", content_type="application/offset+octet-stream", headers={"Upload-Offset": "0"}
    )
    assert sent.status_code == 204, sent.content
    assert list(marks(cast.hr, case).values()) == ["HR-1"]
    assert marks(cast.lead, case) == {}
