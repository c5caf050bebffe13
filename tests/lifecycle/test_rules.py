# SPDX-License-Identifier: Apache-2.0
"""What may become of what."""

from datetime import date

import pytest

from longwatch.core.errors import Conflict, Invalid
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.rules import day_ahead, outcome_in, refuse_decided, refuse_held, written, years_in


class TestRules:
    def test_take_what_makes_sense(self) -> None:
        refuse_held(False)
        refuse_decided(Disposal(status="proposed"))
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
