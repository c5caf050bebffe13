# SPDX-License-Identifier: Apache-2.0
"""Whoever a reporter names learns nothing of the report, nor of what becomes of it."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, Exclusion
from longwatch.access.services.compartments import add_member
from longwatch.cases.services.opening import open_case
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.core.ids import uuid7
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.services.enclosing import columns, exclude, names_of
from tests.intake.services.test_threads import client_of, report, signal_for, thread_for, unlimited
from tests.personas import Cast

__all__ = ["unlimited"]


class TestDoors:
    """The database's functions that the report form and the desk go through"""

    def test_who_is_kept_out_is_told_to_those_inside_only(self, cast: Cast) -> None:
        report(cast, keep_from="Sam Supervisor")
        signal = signal_for(cast.analyst)
        assert signal is not None

        def told(by: Actor | None) -> list[tuple[str]]:
            with acting_as(by), connection.cursor() as cursor:
                cursor.execute("select name from excluded_readers(%s, %s)", [signal.compartment_id, cast.operations.id])
                return list(cursor.fetchall())

        assert told(cast.analyst) == [("Sam Supervisor",)]
        assert [told(by) for by in (cast.supervisor, cast.hr, cast.outsider, None)] == [[], [], [], []]

    def test_nobody_is_kept_out_of_a_compartment_that_is_there(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            there = Compartment.objects.get(id=cast.operations.id)
            excluded = json.dumps(
                [{"id": str(uuid7()), "account_id": str(cast.supervisor.id), "reason": "x", "added_at": "2026-01-01"}]
            )
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select intake_enclose(%s, %s)", [columns(there), excluded])


class TestNames:
    def test_are_told_apart_by_lines_commas_and_words_between(self) -> None:
        assert names_of("Sam Supervisor, x@y.test\nMara und Egil;  ") == ["Sam Supervisor", "x@y.test", "Mara", "Egil"]


class TestExclusions:
    def test_a_named_person_learns_nothing(self, cast: Cast) -> None:
        report(cast, keep_from="my manager Sam Supervisor")
        signal = signal_for(cast.analyst)
        assert signal is not None
        assert (signal_for(cast.supervisor), thread_for(cast.supervisor)) == (None, None)
        client = client_of(cast, "supervisor")
        assert client.get(f"/signals/{signal.id}").status_code == 404
        assert "He takes money" not in client.get("/inbox").content.decode()
        assert "He takes money" not in client.get("/search?q=money").content.decode()
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where actor_kind = 'reporter'")
            assert cursor.fetchone() == (0,)

    def test_an_address_or_part_of_a_name_does(self, cast: Cast) -> None:
        report(cast, keep_from=f"SUPERVISOR, {cast.accounts['lead'].email}")
        assert signal_for(cast.supervisor) is None
        assert signal_for(cast.lead) is None
        assert signal_for(cast.investigator) is not None

    def test_who_is_not_known_is_told_to_the_one_who_judges(self, cast: Cast) -> None:
        report(cast, keep_from="Egil Norvik")
        signal = signal_for(cast.analyst)
        assert signal is not None
        page = client_of(cast, "analyst").get(f"/signals/{signal.id}").content.decode()
        assert "Nobody here has this name:" in page
        client_of(cast, "analyst").post(f"/signals/{signal.id}/exclusions", {"account": str(cast.supervisor.id)})
        assert signal_for(cast.supervisor) is None

    def test_a_record_that_the_person_reads_is_refused(self, cast: Cast) -> None:
        report(cast, keep_from="Sam Supervisor")
        signal = signal_for(cast.analyst)
        assert signal is not None
        with acting_as(cast.analyst), pytest.raises(Conflict, match="asked that somebody not see this"):
            open_incident(title="Bribery?", category="WV-03", signal_ids=[signal.id], by=cast.analyst)

    def test_the_person_stays_out_of_the_case(self, cast: Cast) -> None:
        report(cast, keep_from="Sam Supervisor")
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
            assert Exclusion.objects.filter(compartment_id=case.compartment_id).count() == 1
        assert client_of(cast, "supervisor").get(f"/cases/{case.reference}").status_code == 404

    def test_whose_name_was_found_out_late_is_kept_from_the_case_too(self, cast: Cast) -> None:
        report(cast, keep_from="Egil Norvik")
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
            exclude(signal.id, cast.supervisor.id, reason="It is he", by=cast.investigator)
            assert Exclusion.objects.filter(compartment_id=case.compartment_id, account_id=cast.supervisor.id).exists()

    def test_who_reads_the_case_already_is_not_kept_out_in_name_only(self, cast: Cast) -> None:
        report(cast, keep_from="Egil Norvik")
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
            add_member(case.compartment_id, cast.hr.id, reason="Staff matter", by=cast.investigator)
            with pytest.raises(Conflict, match="could read it there"):
                exclude(signal.id, cast.hr.id, reason="It is she", by=cast.investigator)
