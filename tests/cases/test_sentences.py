# SPDX-License-Identifier: Apache-2.0
"""What the timeline says of cases."""

import inspect

import pytest

from longwatch.access.context import acting_as
from longwatch.cases import events, selectors
from longwatch.cases.models import Case
from longwatch.cases.sentences import CATALOGUE, SENTENCES
from longwatch.ledger import Event
from longwatch.records.selectors import timeline
from longwatch.records.sentences import sentence_of
from tests.cases.material import requested
from tests.personas import Cast

UNTOLD = {"", "case.refusal_kept"}
VERBS = {
    cls.name for _, cls in inspect.getmembers(events, inspect.isclass) if issubclass(cls, Event)
}  # fmt: skip


class TestSentences:
    """SENTENCES"""

    def test_has_one_for_every_event_that_is_told(self) -> None:
        assert set(SENTENCES) == VERBS - UNTOLD

    @pytest.mark.parametrize("action", sorted(SENTENCES))
    def test_survives_an_entry_whose_details_were_erased(self, action: str) -> None:
        assert SENTENCES[action]({})

    def test_tells_the_life_of_a_case(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.lead):
            lines = timeline(selectors.case(case.id).id, by=cast.analyst).rows
            told = [sentence_of(line.action, line.fields, CATALOGUE) for line in lines]
        assert told[0] == "asked for closure, residual risk moderate, no monitoring"
        assert "made Leo Lead the lead" in told
        assert "opened the case as workplace violence" in told
