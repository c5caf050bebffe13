# SPDX-License-Identifier: Apache-2.0
"""Carrying out, and what cannot be carried out."""

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.erasing import carry_out
from tests.lifecycle.closed import a_closed_case
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
