# SPDX-License-Identifier: Apache-2.0
"""What the rows say of themselves."""

from datetime import UTC, datetime

from longwatch.lifecycle.models import Disposal, Hold, RetentionRule


class TestHold:
    def test_is_open_until_it_is_released(self) -> None:
        assert Hold(matter="M").is_open
        assert not Hold(matter="M", released_at=datetime(2030, 1, 1, tzinfo=UTC)).is_open

    def test_rows_have_names(self) -> None:
        assert (str(Hold(matter="M")), str(RetentionRule(code="c"))) == ("M", "c")
        assert str(Disposal(outcome="anonymise", record_kind="case")).startswith("anonymise case")
