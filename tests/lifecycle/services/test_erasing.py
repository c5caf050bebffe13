# SPDX-License-Identifier: Apache-2.0
"""Carrying out, and what cannot be carried out."""

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from longwatch.access.context import acting_as
from longwatch.cases.services.closure import reopen_case
from longwatch.core.errors import Conflict
from longwatch.exchange.jobs import remove_bundles
from longwatch.exchange.models import Export, ItemDecision
from longwatch.exchange.services.building import build, file_of
from longwatch.exchange.services.deciding import decide_item
from longwatch.exchange.services.handing import hand_out
from longwatch.exchange.services.requesting import cancel_export, request_export
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services.disposing import approve, propose, propose_person
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.reference import RecordRef
from tests.exchange.material import bundle_of
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about
from tests.lifecycle.test_api import program
from tests.personas import Cast


def erased(cast: Cast) -> Disposal:
    """A closed case whose content went."""
    record = a_closed_case(cast)
    with acting_as(cast.privacy):
        row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
    with acting_as(cast.lead):
        approve(row.id, by=cast.lead)
    carry_out(row.id)
    with acting_as(cast.lead):
        return selectors.disposal(row.id)


def proposed(cast: Cast, record: RecordRef, outcome: str) -> Disposal:
    """A disposal of a record that waits for a second person."""
    with acting_as(cast.privacy):
        return propose(record.id, outcome=outcome, basis="request", note="Asked", by=cast.privacy)


class TestCarryOut:
    def test_twice_is_done_once(self, cast: Cast) -> None:
        row = erased(cast)
        assert row.status == "done"
        assert carry_out(row.id) == "done"

    def test_what_nobody_approved_is_left(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        assert carry_out(row.id) == "stopped"
        with acting_as(cast.privacy):
            assert selectors.disposal(row.id).status == "proposed"
            for function in ("lifecycle_erase", "ledger_erase"):
                with (
                    pytest.raises(DatabaseError, match="approved"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(f"select {function}(%s)", [row.id])


class TestStaysClosed:
    def test_an_erased_record_cannot_be_reopened(self, cast: Cast) -> None:
        row = erased(cast)
        with acting_as(cast.lead), pytest.raises(Conflict, match="It stays closed"):
            reopen_case(row.record_id, reason="More came", by=cast.lead)

    def test_nor_one_that_was_approved_to_go(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
            with pytest.raises(Conflict, match="It stays closed"):
                reopen_case(record.id, reason="More came", by=cast.lead)

    def test_one_that_was_only_proposed_can(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.privacy):
            propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            assert reopen_case(record.id, reason="More came", by=cast.lead).status == "investigating"

    def test_programs_are_told_so(self, cast: Cast) -> None:
        row = erased(cast)
        answer = program(cast, "lead").post(
            f"/api/v1/cases/{row.record_id}/reopening", {"reason": "More came"}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "record_erased")

    def test_the_database_refuses_it_too(self, cast: Cast) -> None:
        row = erased(cast)
        with (
            acting_as(cast.lead), pytest.raises(DatabaseError, match="stays closed"), transaction.atomic(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute("update cases_case set status = 'open' where id = %s", [row.record_id])


class TestExports:
    def test_reasons_and_purposes_of_exports_go_and_their_recipients_stay(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.lead):
            decide_item(
                record, audience="regulator", item_kind="record", item_id=str(record.id), choice="withhold",
                ground="prejudice", reason=f"Names {PERSON}", by=cast.lead,
            )  # fmt: skip
            cancel_export(
                request_export(
                    record, audience="regulator", recipient="Office", purpose=f"About {PERSON}", by=cast.lead
                ).id,
                by=cast.lead,
            )
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        assert carry_out(row.id) == "done"
        with acting_as(cast.lead):
            assert [each.reason for each in ItemDecision.objects.filter(record_id=record.id)] == [""]
            export = Export.objects.get(record_id=record.id)
            assert (export.recipient, export.purpose) == ("Office", "")
            told = LedgerDetail.objects.get(entry_id=LedgerEntry.objects.get(action="export.requested").id).fields
        assert (told["recipient"]["value"], "purpose" in told) == ("Office", False)


class TestBundles:
    def test_one_that_was_made_before_is_handed_out_no_more_and_its_file_goes(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        bundle = bundle_of(record, cast, "internal", by=cast.lead)
        row = proposed(cast, record, "dispose")
        with acting_as(cast.lead):
            assert hand_out(bundle.id, by=cast.lead).is_there
            approve(row.id, by=cast.lead)
            with pytest.raises(Conflict, match="let go"):
                hand_out(bundle.id, by=cast.lead)
        assert carry_out(row.id) == "done"
        removed = ProcrastinateJob.objects.get(task_name="exchange.remove_bundles").args
        assert removed == {"exports": [str(bundle.id)]}
        assert (remove_bundles(**removed), file_of(bundle).exists()) == (1, False)
        with acting_as(cast.lead):
            assert Export.objects.get(id=bundle.id).is_expired
            with pytest.raises(Conflict, match="let go"):
                hand_out(bundle.id, by=cast.lead)

    def test_one_that_waits_is_never_made_once_the_disposal_is_approved(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.lead):
            waits = request_export(record, audience="internal", recipient="Us", purpose="News", by=cast.lead)
        row = proposed(cast, record, "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
            with pytest.raises(Conflict, match="let go"):
                request_export(record, audience="internal", recipient="Us", purpose="More", by=cast.lead)
        assert build(waits.id, cast.lead.id) == "cancelled"
        with acting_as(cast.lead):
            assert Export.objects.get(id=waits.id).status == "cancelled"
            assert actions_about(waits.id) == ["export.requested", "export.cancelled"]

    def test_one_whose_worker_died_is_cancelled_by_the_disposal(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.lead):
            waits = request_export(record, audience="internal", recipient="Us", purpose="News", by=cast.lead)
        row = proposed(cast, record, "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        carry_out(row.id)
        with acting_as(cast.lead):
            assert Export.objects.get(id=waits.id).status == "cancelled"

    def test_the_same_when_one_person_goes_and_a_later_one_is_handed_out(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        before = bundle_of(record, cast, "internal", by=cast.lead)
        with acting_as(cast.privacy):
            row = propose_person(record.id, words=[PERSON], note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        assert carry_out(row.id) == "done"
        after = bundle_of(record, cast, "internal", by=cast.lead)
        with acting_as(cast.lead):
            with pytest.raises(Conflict, match="let go"):
                hand_out(before.id, by=cast.lead)
            assert hand_out(after.id, by=cast.lead).is_there

    def test_those_of_other_records_stay(self, cast: Cast) -> None:
        other = bundle_of(a_closed_case(cast), cast, "internal", by=cast.lead)
        erased(cast)
        with acting_as(cast.lead):
            assert hand_out(other.id, by=cast.lead).is_there
        assert not ProcrastinateJob.objects.filter(task_name="exchange.remove_bundles").exists()
