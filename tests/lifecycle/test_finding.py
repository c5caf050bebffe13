# SPDX-License-Identifier: Apache-2.0
"""Records by kind and identifier."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.lifecycle.finding import find_record, may_decide
from tests.lifecycle.closed import a_closed_case, an_incident
from tests.personas import Cast


class TestFindRecord:
    def test_finds_what_one_reads(self, cast: Cast) -> None:
        case, incident = a_closed_case(cast), an_incident(cast)
        with acting_as(cast.lead):
            assert find_record("case", case.id, cast.lead).sort == "workplace_violence"
            assert find_record("incident", incident.id, cast.lead).closed_at is None

    @pytest.mark.parametrize("kind", ["case", "incident", "signal"])
    def test_nothing_else_is_there(self, cast: Cast, kind: str) -> None:
        case = a_closed_case(cast)
        with acting_as(cast.hr), pytest.raises(NotFound):
            find_record(kind, case.id, cast.hr)


class TestMayDecide:
    def test_the_lead_and_approvers_may(self, cast: Cast) -> None:
        case = a_closed_case(cast)
        with acting_as(cast.lead):
            found = find_record("case", case.id, cast.lead)
        may = {name for name in ("lead", "counsel", "supervisor", "analyst") if may_decide(found, cast.actors[name])}
        assert may == {"lead", "counsel", "supervisor"}
