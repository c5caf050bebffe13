# SPDX-License-Identifier: Apache-2.0
"""Requests of data subjects: searched without reading, decided by owners, answered once."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch import lifecycle
from longwatch.access.context import acting_as
from longwatch.access.roles import ROLE_PERMISSIONS, Permission
from longwatch.access.services.notices import own_notices
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.people import add_member
from longwatch.cases.services.sections import open_section
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.entities.services.mentions import add_mention
from longwatch.lifecycle import subjects
from longwatch.lifecycle.finding import find_record, may_decide
from longwatch.lifecycle.models import SubjectFinding
from longwatch.lifecycle.services.answering import answer, decide_finding, extend, search_again
from longwatch.records.reference import placed
from longwatch.records.services.tasks import add_task
from tests.cases.material import a_case
from tests.lifecycle.asking import a_request, found
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about, an_incident
from tests.personas import Cast


class TestOpenRequest:
    def test_finds_a_record_that_is_closed_to_the_officer_and_asks_its_owner(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        row = a_request(cast)
        (only,) = found(cast, row)
        assert (only.record_kind, only.record_id, only.owner_id) == ("case", record.id, cast.lead.id)
        assert only.places["entities_mention"] == 1
        assert only.places["records_timeline_entry"] == 1
        assert only.extract == ""
        with acting_as(cast.lead):
            assert any(each.link.endswith(str(only.id)) for each in own_notices(cast.lead))
            assert actions_about(only.id) == ["subject_request.asked"]

    def test_is_due_a_month_after_it_came_also_where_the_month_is_short(self, cast: Cast) -> None:
        assert a_request(cast).due_on == date(2026, 2, 28)

    def test_finds_by_an_identifier_and_by_words_in_texts(self, cast: Cast) -> None:
        record = an_incident(cast)
        with acting_as(cast.analyst):
            add_mention(record, kind="email", value="JW@example.org", part="subject", by=cast.analyst)
        row = a_request(cast, person="Nobody Known", identifiers=[{"kind": "email", "value": "jw@example.org"}])
        assert [each.record_id for each in found(cast, row)] == [record.id]

    def test_finds_accounts_of_people_who_work_here(self, cast: Cast) -> None:
        (only,) = found(cast, a_request(cast, person="Leo Lead"))
        assert (only.record_kind, only.record_id) == ("account", cast.lead.id)

    def test_parts_of_a_name_inside_other_words_are_nobody(self, cast: Cast) -> None:
        a_closed_case(cast)
        assert found(cast, a_request(cast, person="Jonas Web")) == []

    def test_says_nothing_of_who_is_a_reporter_or_witness(self, cast: Cast) -> None:
        record = an_incident(cast)
        with acting_as(cast.analyst):
            for part in ("reporter", "witness"):
                add_mention(record, kind="person", value="Wanda Other", part=part, by=cast.analyst)
        assert found(cast, a_request(cast, person="Wanda Other")) == []

    def test_is_for_privacy_officers(self, cast: Cast) -> None:
        with pytest.raises((NotAllowed, DatabaseError)), acting_as(cast.lead):
            subjects.named(a_request(cast))

    def test_says_what_is_missing(self, cast: Cast) -> None:
        with pytest.raises(Invalid):
            a_request(cast, person=" ")
        with pytest.raises(Invalid):
            a_request(cast, kind="wish")


class TestSearchAgain:
    def test_brings_only_what_is_new(self, cast: Cast) -> None:
        row = a_request(cast)
        record = an_incident(cast)
        with acting_as(cast.analyst):
            add_mention(record, kind="person", value=PERSON, part="subject", by=cast.analyst)
        with acting_as(cast.privacy):
            assert search_again(row.id, by=cast.privacy) == 1
            assert search_again(row.id, by=cast.privacy) == 0


class TestDecideFinding:
    def test_the_owner_reads_the_passages_and_decides(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.lead):
            said = [text for _place, text in subjects.passages(record.id, [PERSON])]
            assert f"{PERSON} wrote again." in said
            decide_finding(only.id, choice="redact", extract="You wrote again.", by=cast.lead)
            with pytest.raises(Conflict):
                decide_finding(only.id, choice="withhold", ground="privilege", by=cast.lead)
        with acting_as(cast.privacy):
            assert subjects.finding(only.id).extract == "You wrote again."

    def test_the_officer_reads_no_passage_and_cannot_decide(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.privacy):
            assert subjects.passages(record.id, [PERSON]) == []
            with pytest.raises(NotFound):
                decide_finding(only.id, choice="disclose", extract="x", by=cast.privacy)

    def test_others_inside_cannot_decide(self, cast: Cast) -> None:
        a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.investigator), pytest.raises(NotAllowed):
            decide_finding(only.id, choice="withhold", ground="privilege", by=cast.investigator)

    def test_those_outside_do_not_learn_of_it(self, cast: Cast) -> None:
        a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.hr), pytest.raises(NotFound):
            subjects.finding(only.id)
        with acting_as(cast.hr), pytest.raises(NotFound):
            subjects.asked(only.id)

    def test_withholding_needs_its_ground(self, cast: Cast) -> None:
        a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.lead), pytest.raises(Invalid):
            decide_finding(only.id, choice="withhold", by=cast.lead)

    def test_the_database_keeps_a_decision(self, cast: Cast) -> None:
        a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.lead):
            decide_finding(only.id, choice="withhold", ground="privilege", by=cast.lead)
            with (
                pytest.raises(DatabaseError, match="decided once"), transaction.atomic(),
                connection.cursor() as cursor,
            ):  # fmt: skip
                cursor.execute("update lifecycle_finding set ground = 'claims' where id = %s", [only.id])


class TestExtend:
    def test_once_and_three_months_in_all(self, cast: Cast) -> None:
        row = a_request(cast)
        with acting_as(cast.privacy):
            with pytest.raises(Invalid):
                extend(row.id, until=date(2026, 5, 1), reason="Many", by=cast.privacy)
            assert extend(row.id, until=date(2026, 4, 30), reason="Many", by=cast.privacy).is_extended
            with pytest.raises(Conflict):
                extend(row.id, until=date(2026, 4, 30), reason="Many", by=cast.privacy)


class TestAnswer:
    def test_waits_for_every_decision_and_closes(self, cast: Cast) -> None:
        a_closed_case(cast)
        row = a_request(cast)
        (only,) = found(cast, row)
        with acting_as(cast.privacy), pytest.raises(Conflict) as refused:
            answer(row.id, answer="granted", note="Sent", by=cast.privacy)
        assert refused.value.gaps == ("1 record waits for a decision.",)
        with acting_as(cast.lead):
            decide_finding(only.id, choice="withhold", ground="investigation", by=cast.lead)
        with acting_as(cast.privacy):
            assert not answer(row.id, answer="refused", note="Told", by=cast.privacy).is_open
            with pytest.raises(Conflict):
                search_again(row.id, by=cast.privacy)
        with acting_as(cast.auditor):
            assert actions_about(row.id) == ["subject_request.opened", "subject_request.answered"]


class TestSections:
    def test_what_stands_in_a_medical_section_is_not_searched(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_case(cast, title="Unwell")
        with acting_as(cast.lead):
            made = open_section(case.id, section="medical", first_member_id=cast.medical.id, by=cast.lead)
            record = case_ref(case)
        with acting_as(cast.medical):
            add_task(placed(record, made.id), title=f"Call the doctor of {PERSON}", by=cast.medical)
        assert found(cast, a_request(cast)) == []

    def test_what_counsel_reads_in_such_sections_is_not_proposed_to_be_disclosed(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.investigator):
            case = a_case(cast, title="Advised")
            add_member(case.id, cast.counsel.id, reason="Advises", by=cast.investigator)
            ref = case_ref(case)
            for part in ("subject", "witness"):
                said = f"{PERSON} as {part}"
                add_mention(ref, kind="person", value=PERSON, part=part, note=said, by=cast.investigator)
        with acting_as(cast.counsel):
            made = open_section(case.id, section="privileged", by=cast.counsel)
            add_task(placed(ref, made.id), title=f"Advice about {PERSON}", by=cast.counsel)
            texts = [text for _place, text in subjects.passages(case.id, [PERSON])]
            assert f"{PERSON} as subject" in texts
            assert not [text for text in texts if "Advice" in text or "witness" in text]
            assert subjects.passages(record.id, [PERSON])


class TestRowSecurity:
    def test_rows_are_for_those_who_decide_as_the_code_says_it(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        for name in ("lead", "counsel", "supervisor", "investigator"):
            with acting_as(cast.actors[name]):
                ref = find_record("case", record.id, cast.actors[name])
                assert SubjectFinding.objects.filter(id=only.id).exists() == may_decide(ref, cast.actors[name]), name

    def test_the_roles_that_decide_are_those_of_the_permissions(self) -> None:
        sql = (Path(lifecycle.__file__).parent / "sql" / "requests.sql").read_text()
        for kind, permissions in {
            "case": {Permission.HOLD_DECIDE, Permission.CASE_APPROVE},
            "incident": {Permission.HOLD_DECIDE, Permission.INCIDENT_CLOSE},
            "signal": {Permission.SIGNAL_TRIAGE},
        }.items():
            named = re.search(rf"when '{kind}' then .*?has_role\('{{(.*?)}}'\)", sql)
            assert named
            assert set(named[1].split(",")) == {str(r) for r, held in ROLE_PERMISSIONS.items() if held & permissions}
