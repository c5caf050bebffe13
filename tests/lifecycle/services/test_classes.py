# SPDX-License-Identifier: Apache-2.0
"""Retention classes, changed."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.lifecycle import selectors
from longwatch.lifecycle.services.classes import change_retention
from tests.personas import Cast


class TestChangeRetention:
    def test_holds_from_now_on_and_twice(self, cast: Cast) -> None:
        by = cast.privacy
        with acting_as(by):
            change_retention("case-other", years=2, outcome="keep", reason="Works agreement", by=by)
            row = change_retention("case-other", years=3, outcome="dispose", reason="Again", by=by)
            found = {each.code: each for each in selectors.retention(by.org_id)}["case-other"]
            assert (found.years, found.outcome) == (3, "dispose")
            assert row.reason == "Again"
        with acting_as(cast.outsider):
            assert not any(each.changed for each in selectors.retention(cast.outsider.org_id))

    @pytest.mark.parametrize(
        "wrong",
        [{"years": 0}, {"years": 101}, {"outcome": "burn"}, {"reason": " "}],
        ids=["none", "many", "how", "why"],
    )
    def test_refuses_what_makes_no_sense(self, cast: Cast, wrong: dict[str, object]) -> None:
        values = {"years": 2, "outcome": "keep", "reason": "x"} | wrong
        with acting_as(cast.privacy), pytest.raises(Invalid):
            change_retention("case-other", **values, by=cast.privacy)  # type: ignore[arg-type]

    def test_refuses_an_unknown_class(self, cast: Cast) -> None:
        with acting_as(cast.privacy), pytest.raises(NotFound):
            change_retention("none", years=2, outcome="keep", reason="x", by=cast.privacy)

    def test_is_the_privacy_officers(self, cast: Cast) -> None:
        with acting_as(cast.administrator), pytest.raises(NotAllowed):
            change_retention("case-other", years=2, outcome="keep", reason="x", by=cast.administrator)
