# SPDX-License-Identifier: Apache-2.0
"""The job that carries out."""

from uuid import uuid4

from longwatch.access.context import acting_as
from longwatch.lifecycle import selectors
from longwatch.lifecycle.jobs import carry_out_disposal
from longwatch.lifecycle.services.disposing import propose
from tests.lifecycle.closed import a_closed_case
from tests.personas import Cast


class TestCarryOutDisposal:
    def test_what_is_not_there_is_gone(self, cast: Cast) -> None:
        assert carry_out_disposal(str(uuid4())) == "gone"

    def test_knows_who_carries_it_out_and_nothing_else(self, cast: Cast) -> None:
        with acting_as(cast.privacy):
            row = propose(a_closed_case(cast).id, outcome="anonymise", basis="request", note="x", by=cast.privacy)
        with acting_as(None):
            assert selectors.carrier_of(row.id) == cast.privacy.id
