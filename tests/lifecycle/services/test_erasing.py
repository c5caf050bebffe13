# SPDX-License-Identifier: Apache-2.0
"""Carrying out, and what cannot be carried out."""

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.cases.services.closure import reopen_case
from longwatch.core.errors import Conflict
from longwatch.exchange.models import Export, ItemDecision
from longwatch.exchange.services.deciding import decide_item
from longwatch.exchange.services.requesting import cancel_export, request_export
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.erasing import carry_out
from tests.lifecycle.closed import PERSON, a_closed_case
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
