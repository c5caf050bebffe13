# SPDX-License-Identifier: Apache-2.0
"""What may become of what."""

from datetime import UTC, date, datetime

import pytest

from longwatch.core.errors import Conflict, Invalid
from longwatch.core.words import written
from longwatch.lifecycle.models import Disposal, SubjectRequest
from longwatch.lifecycle.rules import (
    choices_for,
    day_ahead,
    later_due,
    months_after,
    outcome_in,
    received_in,
    refuse_answered,
    refuse_decided,
    refuse_erasing,
    refuse_held,
    refuse_idle,
    refuse_undecidable,
    refuse_undecided,
    years_in,
)


class TestRules:
    def test_take_what_makes_sense(self) -> None:
        refuse_held(False)
        refuse_decided(Disposal(status="proposed"))
        refuse_idle(Disposal(status="running"))
        assert (written(" x ", "reason", "Say."), years_in(3), outcome_in("keep", keeping=True)) == ("x", 3, "keep")
        assert day_ahead(date(2030, 1, 2), date(2030, 1, 1)) == date(2030, 1, 2)

    def test_a_disposal_keeps_nothing(self) -> None:
        with pytest.raises(Invalid):
            outcome_in("keep")

    def test_today_is_not_ahead(self) -> None:
        with pytest.raises(Invalid):
            day_ahead(date(2030, 1, 1), date(2030, 1, 1))

    def test_too_much_is_refused(self) -> None:
        with pytest.raises(Invalid):
            written("x" * 501, "reason", "Say.")

    def test_what_is_held_or_decided_stays(self) -> None:
        with pytest.raises(Conflict):
            refuse_held(True)
        with pytest.raises(Conflict):
            refuse_decided(Disposal(status="approved"))
        with pytest.raises(Conflict):
            refuse_idle(Disposal(status="done"))


class TestRequests:
    def test_months_end_with_the_month(self) -> None:
        assert months_after(date(2028, 1, 31), 1) == date(2028, 2, 29)
        assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)

    def test_nothing_comes_from_the_future(self) -> None:
        with pytest.raises(Invalid):
            received_in(date(2030, 1, 2), date(2030, 1, 1))

    @pytest.mark.parametrize("until", [None, date(2026, 2, 28), date(2026, 5, 1)])
    def test_an_extension_is_later_and_three_months_at_most(self, until: date | None) -> None:
        with pytest.raises(Invalid):
            later_due(SubjectRequest(received_on=date(2026, 1, 31), due_on=date(2026, 2, 28)), until)

    def test_only_access_discloses(self) -> None:
        assert "disclose" in choices_for("access")
        with pytest.raises(Invalid):
            refuse_undecidable("erasure", "disclose", "", "text")
        refuse_undecidable("erasure", "comply", "", "")

    def test_what_is_answered_undecided_or_going_is_refused(self) -> None:
        with pytest.raises(Conflict):
            refuse_answered(SubjectRequest(answered_at=datetime(2026, 1, 1, tzinfo=UTC)))
        with pytest.raises(Conflict, match="2 records wait"):
            refuse_undecided(2)
        with pytest.raises(Conflict):
            refuse_erasing(True)
