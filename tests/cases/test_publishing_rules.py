# SPDX-License-Identifier: Apache-2.0
"""What may go from which part of a case, in which words."""

from datetime import UTC, datetime, timedelta

import pytest

from longwatch.access.models import Section
from longwatch.access.roles import Permission
from longwatch.cases.publishing_rules import (
    PUBLISHING,
    refuse_approval,
    refuse_leaks,
    refuse_source,
    refuse_words,
)
from longwatch.core.errors import Conflict, Invalid, NotAllowed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYTHING = frozenset(str(permission) for permission in Permission)


class TestSource:
    def test_every_part_of_a_case_has_a_rule(self) -> None:
        assert set(PUBLISHING) == set(Section)

    def test_nothing_goes_out_of_who_reported(self) -> None:
        with pytest.raises(NotAllowed):
            refuse_source("identity", "bolo", EVERYTHING)

    @pytest.mark.parametrize(("section", "kind"), [("medical", "bolo"), ("core", "need"), ("hr", "gossip")])
    def test_refuses_a_kind_that_does_not_go_out_there(self, section: str, kind: str) -> None:
        with pytest.raises(Invalid):
            refuse_source(section, kind, EVERYTHING)

    def test_only_what_is_privileged_waits_for_a_second_person(self) -> None:
        waiting = [section for section, rule in PUBLISHING.items() if rule.approver is not None]
        assert waiting == [Section.PRIVILEGED]


class TestWords:
    def test_a_safety_instruction_needs_neither_an_end_nor_whom(self) -> None:
        refuse_words("safety", "", "Use the south gate.", None, NOW)

    @pytest.mark.parametrize("days", [0, 31])
    def test_a_lookout_ends_within_a_month(self, days: int) -> None:
        with pytest.raises(Invalid):
            refuse_words("bolo", "A van", "Call.", NOW + timedelta(days=days), NOW)

    def test_no_word_names_the_case(self) -> None:
        refuse_leaks("A red van", "CASE-7K3F-Q2", "Threats by a driver")
        refuse_leaks("Anything", "CASE-7K3F-Q2", "")
        for words in ("see case-7k3f-q2", "it is about threats by a driver"):
            with pytest.raises(Invalid):
                refuse_leaks(words, "CASE-7K3F-Q2", "Threats by a driver")


class TestApproval:
    @pytest.mark.parametrize(("waiting", "own"), [(False, False), (True, True)])
    def test_is_for_somebody_else_and_once(self, waiting: bool, own: bool) -> None:
        refuse_approval(waiting=True, own=False)
        with pytest.raises(Conflict):
            refuse_approval(waiting=waiting, own=own)
