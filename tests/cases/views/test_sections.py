# SPDX-License-Identifier: Apache-2.0
"""The pages of sections: for members of the case, and for those who are inside a section alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.access.selectors import sections_of
from longwatch.cases import selectors
from longwatch.cases.models import Case, Publication, WitnessKey
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.people import add_member
from longwatch.cases.services.sections import let_in, open_section
from longwatch.core.actor import Actor
from longwatch.incidents.models import Incident
from longwatch.records import selectors as record_selectors
from longwatch.records.services.tasks import NOT_A_READER
from tests.cases.material import an_incident
from tests.personas import Cast

Visit = Callable[[str], Client]


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """A browser of one of the cast."""

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


@pytest.fixture
def full(case: Case, cast: Cast) -> Case:
    """The case with an HR partner and counsel."""
    with acting_as(cast.lead):
        for person in (cast.hr, cast.counsel):
            add_member(case.id, person.id, reason="Advises", by=cast.lead)
    return case


@pytest.fixture
def incident(full: Case, cast: Cast) -> Incident:
    """An incident that the case handles."""
    with acting_as(cast.analyst):
        made = an_incident(cast)
    with acting_as(cast.investigator):
        link_incident(full.id, made.id, by=cast.investigator)
    return made


def opened(case: Case, section: str, by: Actor, first: Actor | None = None) -> Compartment:
    with acting_as(by):
        return open_section(case.id, section=section, first_member_id=first.id if first else None, by=by)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


class TestAccessTab:
    def test_shows_sections_inside_and_those_that_exist(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "hr", cast.hr)
        opened(full, "medical", cast.lead, first=cast.medical)
        page = f"/cases/{full.reference}/access"
        assert f"/cases/sections/{made.id}" in text_of(visit("hr").get(page))
        seen = text_of(visit("lead").get(page))
        assert "know that it exists; ask those inside" in seen
        assert str(made.id) not in seen
        assert "Mo Medical" not in seen

    def test_opens_a_section(self, full: Case, cast: Cast, visit: Visit) -> None:
        page = f"/cases/{full.reference}/sections/new"
        assert "Medical" in text_of(visit("lead").get(page))
        sent = {"section": "medical", "first_member": str(cast.medical.id)}
        assert visit("lead").post(page, sent).status_code == 302
        with acting_as(cast.medical):
            assert [each.section for each in sections_of(full.id)] == ["medical"]

    def test_says_why_not(self, full: Case, cast: Cast, visit: Visit) -> None:
        page = f"/cases/{full.reference}/sections/new"
        assert visit("lead").post(page, {"section": ""}).status_code == 422
        sent = {"section": "medical", "first_member": str(cast.hr.id)}
        assert visit("lead").post(page, sent).status_code == 422

    def test_keeps_what_was_typed_when_the_first_inside_does_not_fit(self, full: Case, visit: Visit) -> None:
        page = f"/cases/{full.reference}/sections/new"
        for section in ("hr", "medical"):
            answer = visit("lead").post(page, {"section": section, "first_member": "", "name": "Kept text"})
            assert answer.status_code == 422
            assert "Your role does not fit this section." in answer.content.decode()
            assert 'value="Kept text"' in answer.content.decode()

    def test_offers_only_people_whose_role_fits_a_section(self, full: Case, cast: Cast, visit: Visit) -> None:
        page = text_of(visit("lead").get(f"/cases/{full.reference}/sections/new"))
        assert str(cast.medical.id) in page
        assert "(Medical)" in page
        assert str(cast.responder.id) not in page


class TestTasks:
    """A task goes to somebody who reads it."""

    def test_offers_members_and_those_inside_sections(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "medical", cast.lead, first=cast.medical)
        of_case = text_of(visit("lead").get(f"/cases/{full.reference}/tasks/new"))
        assert str(cast.counsel.id) in of_case
        assert str(cast.responder.id) not in of_case
        assert str(cast.medical.id) not in of_case
        of_section = text_of(visit("medical").get(f"/cases/sections/{made.id}/tasks/new"))
        assert str(cast.medical.id) in of_section
        assert str(cast.lead.id) not in of_section

    def test_refuses_others_at_the_field(self, full: Case, cast: Cast, visit: Visit) -> None:
        answers = []
        for nobody in (cast.responder.id, cast.outsider.id, uuid4()):
            sent = {"title": "Call", "owner": str(nobody)}
            answer = visit("lead").post(f"/cases/{full.reference}/tasks/new", sent)
            answers.append((answer.status_code, NOT_A_READER in answer.content.decode()))
        assert answers == [(422, True)] * 3

    def test_refuses_a_member_who_is_outside_the_section_chosen(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "hr", cast.hr)
        sent = {"title": "Call", "section": str(made.id)}
        page = f"/cases/{full.reference}/tasks/new"
        refused = visit("hr").post(page, sent | {"owner": str(cast.lead.id)})
        assert refused.status_code == 422
        assert NOT_A_READER in refused.content.decode()
        assert visit("hr").post(page, sent | {"owner": str(cast.hr.id)}).status_code == 302


class TestSectionPage:
    def test_a_medical_person_works_there_without_opening_the_case(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "medical", cast.lead, first=cast.medical)
        client, page = visit("medical"), f"/cases/sections/{made.id}"
        assert page in text_of(client.get("/cases"))
        for kind in ("note", "task"):
            assert client.post(f"{page}/entries", {"kind": kind, "text": "Epinephrine"}).status_code == 302
        seen = text_of(client.get(page))
        assert "Epinephrine" in seen
        assert full.title not in seen
        assert client.get(f"/cases/{full.reference}").status_code == 404
        with acting_as(cast.medical):
            task = record_selectors.tasks(full.id).get()
        assert client.post(f"{page}/tasks/{task.id}/completion", {"note": "x"}).status_code == 302

    def test_is_not_there_from_outside(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "hr", cast.hr)
        pages = ("", "/members/new", "/timeline", "/tasks/new", f"/members/{cast.hr.id}/removal", "/direction",
                 "/privilege-log", "/privilege-log.csv", "/witnesses/new")  # fmt: skip
        for name in ("lead", "medical", "outsider", "administrator"):
            for page in pages:
                assert visit(name).get(f"/cases/sections/{made.id}{page}").status_code == 404
        assert visit("hr").get(f"/cases/sections/{full.compartment_id}").status_code == 404
        assert visit("hr").get("/cases/sections/nonsense").status_code == 404

    def test_nothing_of_another_part_of_the_case_shows(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "hr", cast.hr)
        visit("hr").post(f"/cases/{full.reference}/entries", {"kind": "note", "text": "core words"})
        visit("hr").post(f"/cases/{full.reference}/entries", {"kind": "task", "text": "core task"})
        visit("hr").post(f"/cases/sections/{made.id}/entries", {"kind": "note", "text": "inner words"})
        seen = text_of(visit("hr").get(f"/cases/sections/{made.id}"))
        assert "inner words" in seen
        assert "core words" not in seen
        assert "core task" not in seen

    def test_lets_people_in_and_out(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "hr", cast.hr)
        page = f"/cases/sections/{made.id}/members"
        assert "Leo Lead" not in text_of(visit("hr").get(f"{page}/new"))
        assert visit("hr").post(f"{page}/new", {"account": str(cast.counsel.id), "reason": "x"}).status_code == 302
        assert "Carl Counsel" in text_of(visit("hr").get(f"/cases/sections/{made.id}"))
        assert visit("hr").post(f"{page}/{cast.counsel.id}/removal", {"reason": "x"}).status_code == 302
        assert visit("hr").post(f"{page}/{cast.hr.id}/removal", {"reason": "x"}).status_code == 409

    @pytest.mark.parametrize("name", ["hr", "medical"])
    def test_costs_few_statements(
        self, full: Case, cast: Cast, visit: Visit, name: str, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        made = opened(full, name, cast.lead, first=cast.actors[name])
        client = visit(name)
        with django_assert_max_num_queries(14):
            client.get(f"/cases/sections/{made.id}")


class TestPublishing:
    def test_from_the_case_to_the_incident_page(self, full: Case, incident: Incident, cast: Cast, visit: Visit) -> None:
        page = f"/cases/parts/{full.compartment_id}/publications"
        assert "read by" in text_of(visit("lead").get(f"{page}/new"))
        until = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
        sent = {
            "incident": str(incident.id),
            "kind": "bolo",
            "about": "Red van",
            "text": "Call the desk.",
            "expires_at": until,
        }
        assert visit("lead").post(f"{page}/new", {**sent, "text": ""}).status_code == 422
        assert visit("lead").post(f"{page}/new", sent).status_code == 302
        seen = text_of(visit("responder").get(f"/incidents/{incident.reference}"))
        assert "Red van" in seen
        assert "Security team" in seen
        assert full.reference not in seen
        assert "Leo Lead" not in seen
        assert "Red van" in text_of(visit("supervisor").get(f"/cases/{full.reference}/access"))
        with acting_as(cast.lead):
            row = Publication.objects.get()
        assert visit("lead").post(f"{page}/{row.id}/withdrawal", {"reason": "Found"}).status_code == 302
        seen = text_of(visit("responder").get(f"/incidents/{incident.reference}"))
        assert 'class="notice notice-caution"' not in seen

    def test_the_medical_give_one_line(self, full: Case, incident: Incident, cast: Cast, visit: Visit) -> None:
        made = opened(full, "medical", cast.lead, first=cast.medical)
        sent = {"incident": str(incident.id), "kind": "need", "about": "The driver", "text": "Carries an injector."}
        assert visit("medical").post(f"/cases/parts/{made.id}/publications/new", sent).status_code == 302
        assert "Carries an injector." in text_of(visit("responder").get(f"/incidents/{incident.reference}"))

    def test_counsel_agrees_on_what_is_privileged(
        self, full: Case, incident: Incident, cast: Cast, visit: Visit
    ) -> None:
        made = opened(full, "privileged", cast.counsel)
        with acting_as(cast.counsel):
            let_in(full.id, made.id, cast.lead.id, reason="x", by=cast.counsel)
        page = f"/cases/parts/{made.id}/publications"
        sent = {"incident": str(incident.id), "kind": "safety", "text": "Use the south gate."}
        assert visit("lead").post(f"{page}/new", sent).status_code == 302
        with acting_as(cast.lead):
            row = Publication.objects.get()
        assert visit("lead").post(f"{page}/{row.id}/approval").status_code == 403
        assert visit("supervisor").post(f"{page}/{row.id}/approval").status_code == 404
        assert "Waits for counsel" in text_of(visit("counsel").get(f"/cases/sections/{made.id}"))
        assert visit("counsel").post(f"{page}/{row.id}/approval").status_code == 302
        assert "south gate" in text_of(visit("responder").get(f"/incidents/{incident.reference}"))


class TestPrivilege:
    def test_counsel_directs_and_takes_the_log(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "privileged", cast.counsel)
        page, client = f"/cases/sections/{made.id}", visit("counsel")
        client.post(f"{page}/entries", {"kind": "note", "text": "we would lose"})
        sent = {"directed_on": "2026-11-01", "matter": "Doe v. Halden", "basis": "advice"}
        assert client.post(f"{page}/direction", sent).status_code == 302
        assert "Doe v. Halden" in text_of(client.get(page))
        log = text_of(client.get(f"{page}/privilege-log"))
        assert "Note" in log
        assert "we would lose" not in log
        line = log.split(f"{page}/privilege-log/")[1].split('"')[0]
        described = {"basis": "work_product", "description": "Memo of counsel"}
        assert client.post(f"{page}/privilege-log/{line}", described).status_code == 302
        file = client.get(f"{page}/privilege-log.csv")
        assert file["Content-Type"].startswith("text/csv")
        assert "Memo of counsel" in file.content.decode()


class TestWitnesses:
    def test_have_pseudonyms_and_a_contact_behind_a_reason(self, full: Case, cast: Cast, visit: Visit) -> None:
        made = opened(full, "witness", cast.lead)
        page, client = f"/cases/sections/{made.id}", visit("lead")
        assert client.post(f"{page}/witnesses/new", {"name": "Wanda", "contact": "+49 30 1"}).status_code == 302
        seen = text_of(client.get(page))
        assert "Wanda" in seen
        assert "+49 30 1" not in seen
        with acting_as(cast.lead):
            row = WitnessKey.objects.get()
        contact = f"{page}/witnesses/{row.id}/contact"
        assert "+49 30 1" not in text_of(client.get(contact))
        assert client.post(contact, {"reason": ""}).status_code == 422
        assert "+49 30 1" in text_of(client.post(contact, {"reason": "To set a date"}))
        assert "Wanda" not in text_of(visit("supervisor").get(f"/cases/{full.reference}/people"))
        assert "W1" in text_of(visit("supervisor").get(f"/cases/{full.reference}/people"))


def test_the_outline_tells_no_more_than_needed(full: Case, cast: Cast) -> None:
    opened(full, "medical", cast.lead, first=cast.medical)
    with acting_as(cast.medical):
        (outline,) = selectors.outlines()
    assert (outline.reference, outline.title, outline.lead) == (full.reference, "", "Leo Lead")
