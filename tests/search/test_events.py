# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of questions across compartments."""

from dataclasses import fields

from longwatch.search.events import MatchAsked, MatchFound


class TestMatchAsked:
    """MatchAsked"""

    def test_keeps_that_somebody_asked_but_not_about_whom(self) -> None:
        assert not {"value", "values", "subject"} & {field.name for field in fields(MatchAsked)}


class TestMatchFound:
    """MatchFound"""

    def test_tells_the_record_who_asked_and_why(self) -> None:
        assert {"asker", "reason"} <= {field.name for field in fields(MatchFound)}
