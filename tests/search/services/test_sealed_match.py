# SPDX-License-Identifier: Apache-2.0
"""Sealed match: yes or no and whom to ask, never more; a trace on both sides; limits that hold in a race."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, connections, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.oversight import Attempt, Notice
from longwatch.access.services.compartments import open_compartment
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotAllowed, TooMany
from longwatch.core.ids import uuid7
from longwatch.entities.services.mentions import add_mention, end_mention
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.search.services.sealed_match import Answer, ask_sealed_match
from tests.cases.material import a_bare_case, a_case
from tests.personas import Cast, make_cast

WHY = "A visitor gives this name at the gate."
NO = Answer(False)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of the investigator that names a person, with an address and a plate."""
    with acting_as(cast.investigator):
        made = a_bare_case(cast)
        record = case_ref(made)
        for kind, value in (
            ("person", "Viktor Brandt"),
            ("email", "viktor@brandt.example"),
            ("phone", "+47 900 11 222"),
        ):
            add_mention(record, kind=kind, value=value, part="subject", by=cast.investigator)
    return made


def asked(value: str, by: Actor, kind: str = "person") -> Answer:
    with acting_as(by):
        return ask_sealed_match([(kind, value)], reason=WHY, by=by)


class TestAskSealedMatch:
    """ask_sealed_match"""

    def test_says_whom_to_ask_about_a_case_that_the_asker_cannot_see(self, cast: Cast, case: Case) -> None:
        assert asked("Viktor Brandt", cast.analyst) == Answer(True, ("Ines Investigator",))

    @pytest.mark.parametrize(
        ("kind", "value"),
        [("person", "  VIKTOR   brandt "), ("email", "Viktor[@]brandt.example"), ("phone", "+47 (900) 11-222")],
    )
    def test_takes_what_is_written_otherwise_for_the_same(self, cast: Cast, case: Case, kind: str, value: str) -> None:
        assert asked(value, cast.analyst, kind).known

    @pytest.mark.parametrize("value", ["Viktor", "Viktor Brand", "V. Brandt", "Brandt Viktor", "%", "Viktor Brand_"])
    def test_takes_nothing_else_for_the_same(self, cast: Cast, case: Case, value: str) -> None:
        assert asked(value, cast.analyst) == NO

    def test_names_the_lead_when_there_is_one(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            made = a_case(cast)
            add_mention(case_ref(made), kind="person", value="Nora Vik", by=cast.investigator)
        assert asked("Nora Vik", cast.hr).ask == ("Leo Lead",)

    def test_tells_no_number_of_records(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            add_mention(case_ref(a_bare_case(cast)), kind="person", value="Viktor Brandt", by=cast.investigator)
        assert asked("Viktor Brandt", cast.analyst) == Answer(True, ("Ines Investigator",))

    @pytest.mark.parametrize("part", ["reporter", "witness"])
    def test_never_matches_a_reporter_or_a_witness(self, cast: Cast, case: Case, part: str) -> None:
        with acting_as(cast.investigator):
            add_mention(case_ref(case), kind="person", value="Rita Raven", part=part, by=cast.investigator)
        assert asked("Rita Raven", cast.analyst) == NO

    @pytest.mark.parametrize(
        ("section", "founder", "known"),
        [
            ("identity", "custodian", False), ("privileged", "counsel", False), ("witness", "investigator", False),
            ("medical", "medical", False), ("hr", "hr", True),
        ],
    )  # fmt: skip
    def test_never_matches_what_stands_in_a_hidden_section(
        self, cast: Cast, case: Case, section: str, founder: str, known: bool
    ) -> None:
        by = replace(cast.actors[founder], permissions=cast.actors[founder].permissions | {"case:work"})
        with acting_as(by):
            kind = CompartmentKind.RECORD
            inner = open_compartment(name="Inner", kind=kind, record_id=case.id, section=section, by=by)
            record = replace(case_ref(case), compartment_id=inner.id, rows=None)
            add_mention(record, kind="person", value="Sela Sand", part="subject", by=by)
        assert asked("Sela Sand", cast.analyst).known is known

    def test_no_longer_matches_a_mention_that_ended(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            record = case_ref(case)
            mention = add_mention(record, kind="person", value="Olga Orr", by=cast.investigator)
            end_mention(record, mention.id, by=cast.investigator)
        assert asked("Olga Orr", cast.analyst) == NO

    def test_never_matches_in_another_organisation(self, cast: Cast, case: Case) -> None:
        assert asked("Viktor Brandt", cast.outsider) == NO

    def test_leaves_a_trace_on_both_sides_and_a_notice(self, cast: Cast, case: Case) -> None:
        asked("Viktor Brandt", cast.analyst)
        with acting_as(cast.investigator):
            entry = LedgerEntry.objects.filter(record_id=case.id, action="sealed_match.found").get()
            fields = LedgerDetail.objects.get(entry_id=entry.id).fields
            assert fields["asker"]["value"] == "Ana Analyst"
            assert fields["reason"]["value"] == WHY
            assert Notice.objects.get().kind == "sealed_match"
        with acting_as(cast.auditor):
            assert LedgerEntry.objects.filter(action="sealed_match.asked").count() == 1
            own = LedgerEntry.objects.get(action="sealed_match.asked")
            assert "Brandt" not in str(LedgerDetail.objects.filter(entry_id=own.id).values_list("fields"))

    def test_opens_nothing_to_the_asker(self, cast: Cast, case: Case) -> None:
        asked("Viktor Brandt", cast.analyst)
        with acting_as(cast.analyst):
            assert not Case.objects.filter(id=case.id).exists()
            assert not LedgerEntry.objects.filter(record_id=case.id).exists()

    def test_refuses_whoever_lacks_the_permission(self, cast: Cast) -> None:
        for name in ("responder", "administrator", "privacy", "medical"):
            with pytest.raises(NotAllowed):
                asked("Viktor Brandt", cast.actors[name])

    def test_refuses_a_question_without_a_reason(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid) as refusal:
            ask_sealed_match([("person", "Viktor Brandt")], reason="just so", by=cast.analyst)
        assert "reason" in refusal.value.fields

    def test_refuses_the_eleventh_question_of_an_hour(self, cast: Cast) -> None:
        for number in range(10):
            asked(f"Nobody {number}", cast.analyst)
        with pytest.raises(TooMany):
            asked("Viktor Brandt", cast.analyst)
        assert asked("Viktor Brandt", cast.hr) == NO

    def test_takes_about_as_long_for_no_as_for_what_must_never_match(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            add_mention(case_ref(case), kind="person", value="Rita Raven", part="reporter", by=cast.investigator)
        took = {value: min(_timed(value, cast) for _again in range(4)) for value in ("Rita Raven", "No Body")}
        assert abs(took["Rita Raven"] - took["No Body"]) < 0.02


def _timed(value: str, cast: Cast) -> float:
    began = time.process_time()
    asked(value, cast.analyst)
    return time.process_time() - began


@pytest.mark.usefixtures("committed_db")
class TestTheLimit:
    """access_count_attempt, with askers at the same moment."""

    def test_holds_when_many_ask_at_once(self) -> None:
        analyst = make_cast().analyst

        def ask(number: int) -> bool:
            try:
                with acting_as(analyst), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("select allowed from sealed_match(%s, %s)", [[f"person:{number}"], uuid7()])
                    return bool(cursor.fetchone()[0])
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(16)))
        assert answers.count(True) == 10
        with acting_as(analyst):
            assert Attempt.objects.filter(kind="match").count() == 10
