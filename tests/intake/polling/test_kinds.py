# SPDX-License-Identifier: Apache-2.0
"""Which tools can be asked."""

import pytest

from longwatch.intake.poll_models import PollKind, PollScheme
from longwatch.intake.polling.kinds import CHECKS, KINDS, query_in, usable


def test_every_kind_and_scheme_that_can_be_chosen_is_known() -> None:
    assert set(KINDS) == set(PollKind.values)
    assert {scheme for kind in KINDS.values() for scheme in kind.schemes} == set(PollScheme.values)


def test_every_setting_is_checked() -> None:
    assert {name for kind in KINDS.values() for name in kind.settings} == set(CHECKS)


def test_what_is_not_said_is_completed() -> None:
    settings, wrong = usable("wazuh", {"index": ""})
    assert (settings["index"], settings["time_field"], wrong) == ("wazuh-alerts-*", "timestamp", {})


class TestQueryIn:
    def test_is_an_object_or_nothing(self) -> None:
        assert query_in('{"term": {"a": 1}}') == {"term": {"a": 1}}
        assert query_in(" ") is None

    @pytest.mark.parametrize("text", ["x", "[]", "5", "{" * 5_000, '{"a": "\ud800"}'])
    def test_refuses_anything_else(self, text: str) -> None:
        with pytest.raises((ValueError, TypeError)):
            query_in(text)
