# SPDX-License-Identifier: Apache-2.0
"""From a case to an incident: only on purpose, and nothing of the case goes along."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing
from longwatch.cases.models import Case
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.people import add_member
from longwatch.cases.services.publishing import Origin, approve, publications, publish, targets, withdraw
from longwatch.cases.services.sections import let_in, open_section
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.briefing import incident_briefing
from longwatch.incidents.models import Incident, Notice
from longwatch.incidents.services.notices import Wording
from longwatch.ledger.models import LedgerEntry
from longwatch.records import selectors as record_selectors
from longwatch.records.models import EntryKind
from longwatch.records.reference import placed
from longwatch.records.services.timeline import add_entry
from tests.cases.material import an_incident, last_actions
from tests.personas import Cast


@pytest.fixture
def incident(case: Case, cast: Cast) -> Incident:
    """An incident that everybody in Operations reads, handled in the case; HR and counsel are members of the case."""
    with acting_as(cast.analyst):
        made = an_incident(cast)
    with acting_as(cast.investigator):
        link_incident(case.id, made.id, by=cast.investigator)
    with acting_as(cast.lead):
        for person in (cast.hr, cast.counsel):
            add_member(case.id, person.id, reason="Advises", by=cast.lead)
    return made


def bolo(**more: Any) -> Wording:
    values: dict[str, Any] = {
        "kind": "bolo", "about": "Man, 40, red van", "text": "Do not approach; call the desk.",
        "expires_at": clock.now() + timedelta(days=2),
    }  # fmt: skip
    return Wording(**(values | more))


def notices(incident: Incident, by: Actor) -> list[Notice]:
    with acting_as(by):
        return list(Notice.objects.filter(incident_id=incident.id))


class TestPublish:
    def test_responders_read_it_and_both_sides_keep_it(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            row = publish(Origin(case.id), incident.id, bolo(), by=cast.lead)
            assert last_actions(case.id) == ["publication.published"]
        assert [n.text for n in notices(incident, cast.responder)] == ["Do not approach; call the desk."]
        with acting_as(cast.responder):
            assert last_actions(incident.id) == ["notice.published"]
        with acting_as(cast.supervisor):
            assert [p.id for p in publications(case.id)] == [row.id]

    def test_the_six_questions_of_both_sides_tell_it(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            publish(Origin(case.id), incident.id, bolo(), by=cast.lead)
            ours = repr(case_briefing(case, by=cast.lead))
        with acting_as(cast.responder):
            theirs = repr(incident_briefing(incident_selectors.incident(incident.id), by=cast.responder))
        assert f"published to {incident.reference}: Do not approach" in ours
        assert "published a notice" in theirs
        assert case.reference not in theirs
        assert cast.lead.label not in theirs

    def test_nothing_of_the_case_goes_along(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            publish(Origin(case.id), incident.id, bolo(), by=cast.lead)
        with acting_as(cast.responder):
            lines = record_selectors.timeline(incident.id, by=cast.responder).rows
            entries = LedgerEntry.objects.filter(action="notice.published")
            told = repr([(line.author, dict(line.fields)) for line in lines])
            told += repr(list(entries.values())) + repr([vars(n) for n in notices(incident, cast.responder)])
        for secret in (case.reference, case.title, str(case.id), cast.lead.label, str(cast.lead.id)):
            assert secret not in told

    def test_the_publisher_is_named_when_they_choose_so(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            publish(Origin(case.id), incident.id, bolo(), show_name=True, by=cast.lead)
        assert notices(incident, cast.responder)[0].published_label == cast.lead.label

    def test_words_that_name_the_case_are_refused(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            for text in (f"See {case.reference.lower()}", f"About: {case.title}"):
                with pytest.raises(Invalid):
                    publish(Origin(case.id), incident.id, bolo(text=text), by=cast.lead)

    @pytest.mark.parametrize(
        "wrong",
        [{"text": ""}, {"about": ""}, {"expires_at": None}, {"expires_at": clock.now() - timedelta(minutes=1)},
         {"expires_at": clock.now() + timedelta(days=31)}, {"kind": "need"}, {"kind": "gossip"}, {"text": "x" * 501}],
    )  # fmt: skip
    def test_refuses_what_is_not_a_lookout(
        self, case: Case, incident: Incident, cast: Cast, wrong: dict[str, Any]
    ) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            publish(Origin(case.id), incident.id, bolo(**wrong), by=cast.lead)

    def test_needs_the_permission(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            publish(Origin(case.id), incident.id, bolo(), by=cast.analyst)

    def test_reaches_only_incidents_of_the_case(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.analyst):
            other = an_incident(cast)
        with acting_as(cast.lead), pytest.raises(NotFound):
            publish(Origin(case.id), other.id, bolo(), by=cast.lead)

    def test_is_not_there_for_somebody_outside(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.intelligence):
            assert targets(case.id) == []
            with pytest.raises(NotFound):
                publish(Origin(case.id), incident.id, bolo(), by=cast.intelligence)

    def test_names_a_line_of_its_own_part_only(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.hr):
            section = open_section(case.id, section="hr", by=cast.hr)
            record = selectors.case_ref(selectors.case(case.id))
            inner = add_entry(placed(record, section.id), kind=EntryKind.NOTE, text="x", by=cast.hr)
            with pytest.raises(NotFound):
                publish(Origin(case.id, source_id=inner.id), incident.id, bolo(), by=cast.hr)
            publish(Origin(case.id, section.id, inner.id), incident.id, bolo(), by=cast.hr)

    def test_hr_publishes_to_an_incident_that_hr_cannot_read(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.hr):
            assert not Incident.objects.filter(id=incident.id).exists()
            publish(Origin(case.id), incident.id, bolo(kind="stand_down"), by=cast.hr)
        assert [n.kind for n in notices(incident, cast.responder)] == ["stand_down"]


class TestWithdraw:
    def test_takes_the_notice_down_for_a_reason(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            row = publish(Origin(case.id), incident.id, bolo(), by=cast.lead)
            with pytest.raises(Invalid):
                withdraw(case.id, row.id, reason=" ", by=cast.lead)
            withdraw(case.id, row.id, reason="Found", by=cast.lead)
            assert last_actions(case.id) == ["publication.withdrawn"]
        assert notices(incident, cast.responder)[0].withdrawn_at is not None

    def test_what_it_said_cannot_be_changed(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            publish(Origin(case.id), incident.id, bolo(), by=cast.lead)
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("update incidents_notice set text = 'other', version = version + 1")


class TestPrivileged:
    def test_waits_for_counsel_as_a_second_person(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.counsel):
            section = open_section(case.id, section="privileged", by=cast.counsel)
            let_in(case.id, section.id, cast.lead.id, reason="Runs it", by=cast.counsel)
            own = publish(Origin(case.id, section.id), incident.id, bolo(), by=cast.counsel)
            with pytest.raises(Conflict):
                approve(case.id, own.id, by=cast.counsel)
        with acting_as(cast.lead):
            row = publish(Origin(case.id, section.id), incident.id, bolo(), by=cast.lead)
            with pytest.raises(NotAllowed):
                approve(case.id, row.id, by=cast.lead)
        assert notices(incident, cast.responder) == []
        with acting_as(cast.counsel):
            approve(case.id, row.id, by=cast.counsel)
            with pytest.raises(Conflict):
                approve(case.id, row.id, by=cast.counsel)
        assert len(notices(incident, cast.responder)) == 1
        with acting_as(cast.supervisor):
            assert publications(case.id) == []


class TestSafetyLine:
    def test_responders_read_the_need_and_never_the_note(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead):
            section = open_section(case.id, section="medical", first_member_id=cast.medical.id, by=cast.lead)
            record = selectors.case_ref(selectors.case(case.id))
        need = Wording(kind="need", about="The driver", text="Carries an epinephrine injector; keep calm distance.")
        with acting_as(cast.medical):
            note = add_entry(placed(record, section.id), kind=EntryKind.NOTE, text="Diagnosis", by=cast.medical)
            publish(Origin(case.id, section.id, note.id), incident.id, need, by=cast.medical)
            with pytest.raises(Invalid):
                publish(Origin(case.id, section.id), incident.id, bolo(), by=cast.medical)
        for person in (cast.responder, cast.dispatcher, cast.lead):
            assert [n.text for n in notices(incident, cast.responder)] == [need.text]
            with acting_as(person):
                assert not record_selectors.timeline(case.id, by=person, kinds=["note"]).rows

    def test_is_for_the_medical_alone(self, case: Case, incident: Incident, cast: Cast) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            publish(Origin(case.id), incident.id, Wording(kind="need", about="He", text="x"), by=cast.lead)


class TestTheWall:
    def test_nobody_puts_up_a_notice_at_an_incident_that_is_not_theirs(
        self, case: Case, incident: Incident, cast: Cast
    ) -> None:
        stray = Notice(
            org_id=incident.org_id, compartment_id=incident.compartment_id, incident_id=incident.id, kind="bolo",
            text="x", published_label="x",
        )  # fmt: skip
        with acting_as(cast.intelligence), pytest.raises(DatabaseError), transaction.atomic():
            stray.save(force_insert=True)
