# SPDX-License-Identifier: Apache-2.0
"""Carrying out, and what cannot be carried out."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_roles, disable_account
from longwatch.cases.services.closure import reopen_case
from longwatch.core.errors import Conflict, NotAllowed, NotFound
from longwatch.evidence.keyring import Locked
from longwatch.evidence.models import EvidenceKey, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.exchange.jobs import remove_bundles
from longwatch.exchange.models import Export, ItemDecision
from longwatch.exchange.services.building import build, file_of
from longwatch.exchange.services.deciding import decide_item
from longwatch.exchange.services.handing import hand_out
from longwatch.exchange.services.requesting import cancel_export, request_export
from longwatch.intake.services.enclosing import exclude_from
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services import erasing
from longwatch.lifecycle.services.disposing import approve, propose, propose_person, take_up
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.reference import RecordRef
from tests.exchange.material import bundle_of
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about
from tests.lifecycle.officers import another_officer
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


def left(cast: Cast, record: RecordRef) -> None:
    """The privacy officer left."""
    with acting_as(cast.administrator):
        disable_account(cast.privacy.id, reason="Left", by=cast.administrator)


def has_another_role(cast: Cast, record: RecordRef) -> None:
    """The privacy officer audits now."""
    with acting_as(cast.administrator):
        change_roles(cast.privacy.id, roles=["auditor"], by=cast.administrator)


def was_named(cast: Cast, record: RecordRef) -> None:
    """A reporter named the privacy officer."""
    with acting_as(cast.lead):
        exclude_from(record.compartment_id, cast.accounts["privacy"], reason="Named", by=cast.lead)


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


class TestWhoeverCarriesItOut:
    """Left, has another role, or was named by a reporter since: it waits, and another privacy officer takes it up."""

    @pytest.mark.parametrize("why", [left, has_another_role, was_named])
    def test_waits_until_another_takes_it_up(self, cast: Cast, why: Callable[[Cast, RecordRef], None]) -> None:
        record, other = a_closed_case(cast), actor_of(another_officer(cast))
        row = proposed(cast, record, "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
            assert selectors.standing_still([row.id]) == set()
        why(cast, record)
        assert carry_out(row.id) == "waits"
        for officer in (other, cast.lead):
            with acting_as(officer):
                assert selectors.disposal(row.id).status == "approved"
                assert selectors.standing_still([row.id]) == {row.id}
        with acting_as(other):
            take_up(row.id, by=other)
        assert (
            ProcrastinateJob.objects.filter(task_name="lifecycle.carry_out", args={"disposal_id": str(row.id)}).count()
            == 2
        )
        assert carry_out(row.id) == "done"
        with acting_as(other):
            assert selectors.disposal(row.id).taken_up_by_id == other.id
        with acting_as(cast.lead):
            assert "disposal.taken_up" in actions_about(row.id)
            assert selectors.standing_still([row.id]) == set()

    def test_may_go_on_in_the_middle(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        record, other = a_closed_case(cast), actor_of(another_officer(cast))
        row = proposed(cast, record, "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        with monkeypatch.context() as shortened:
            shortened.setattr(erasing, "_finish", lambda row, by: "interrupted")
            assert carry_out(row.id) == "interrupted"
        left(cast, record)
        assert carry_out(row.id) == "waits"
        with acting_as(other):
            assert selectors.disposal(row.id).status == "running"
            take_up(row.id, by=other)
        assert carry_out(row.id) == "done"

    def test_what_nobody_agreed_to_or_is_over_is_not_taken_up(self, cast: Cast) -> None:
        record, other = a_closed_case(cast), actor_of(another_officer(cast))
        row = proposed(cast, record, "anonymise")
        with acting_as(other), pytest.raises(Conflict, match="waits to be carried out"):
            take_up(row.id, by=other)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        carry_out(row.id)
        with acting_as(other), pytest.raises(Conflict, match="waits to be carried out"):
            take_up(row.id, by=other)

    def test_is_a_privacy_officer_who_may_know_of_the_record(self, cast: Cast) -> None:
        record, other = a_closed_case(cast), another_officer(cast)
        row = proposed(cast, record, "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
            with pytest.raises(NotAllowed):
                take_up(row.id, by=cast.lead)
            exclude_from(record.compartment_id, other, reason="Named", by=cast.lead)
        officer = actor_of(other)
        with acting_as(officer):
            with pytest.raises(NotFound):
                take_up(row.id, by=officer)
            assert selectors.standing_still([row.id]) == set()

    def test_is_nobody_else_in_the_database_either(self, cast: Cast) -> None:
        other = another_officer(cast)
        row = proposed(cast, a_closed_case(cast), "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        for asker in (cast.lead, cast.privacy):
            with (
                acting_as(asker), pytest.raises(DatabaseError, match="decided once"), transaction.atomic(),
                connection.cursor() as cursor,
            ):  # fmt: skip
                cursor.execute("update lifecycle_disposal set taken_up_by_id = %s where id = %s", [other.id, row.id])


class TestFiles:
    def test_cannot_be_read_any_more_and_nothing_brings_their_keys_back(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.lead):
            exhibit = Exhibit.objects.get(record_id=record.id)
            assert exhibit.key_id
            wrapped = bytes(EvidenceKey.objects.get(id=exhibit.key_id).wrapped)
        row = proposed(cast, record, "anonymise")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        carry_out(row.id)
        with acting_as(cast.lead):
            with pytest.raises(Locked, match="disposed of"):
                open_exhibit(Exhibit.objects.get(id=exhibit.id))
            key = EvidenceKey.objects.get(id=exhibit.key_id)
            assert (bytes(key.wrapped), key.destruction_reason) == (b"", "Erasure of personal data")
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                EvidenceKey.objects.filter(id=exhibit.key_id).update(wrapped=wrapped, destroyed_at=None)


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
