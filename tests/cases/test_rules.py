# SPDX-License-Identifier: Apache-2.0
"""The pure rules of cases."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from longwatch.cases import rules
from longwatch.cases.models import CaseStatus
from longwatch.cases.rules import TRANSITIONS, CaseFacts, Verb, closure_gaps
from longwatch.core.errors import Conflict, Invalid

WHOLE = CaseFacts(
    has_lead=True, findings="a", root_cause="b", actions_taken="c", residual_risk="low", residual_risk_rationale="d",
    remediation="e", lessons_learned="f", prevention="g", monitoring_decision="none",
)  # fmt: skip


class TestTransitions:
    """TRANSITIONS, refuse_transition"""

    def test_every_verb_has_a_line(self) -> None:
        assert set(TRANSITIONS) == set(Verb)

    @pytest.mark.parametrize("verb", list(Verb))
    @pytest.mark.parametrize("status", list(CaseStatus))
    def test_a_verb_starts_only_where_the_table_says(self, verb: Verb, status: CaseStatus) -> None:
        if status in TRANSITIONS[verb].sources:
            rules.refuse_transition(verb, status, has_lead=True)
        else:
            with pytest.raises(Conflict):
                rules.refuse_transition(verb, status, has_lead=True)

    @pytest.mark.parametrize("verb", [Verb.START, Verb.HOLD])
    def test_nothing_leaves_open_without_a_lead(self, verb: Verb) -> None:
        with pytest.raises(Conflict) as refusal:
            rules.refuse_transition(verb, CaseStatus.OPEN, has_lead=False)
        assert refusal.value.code == "lead_missing"

    def test_a_case_is_closed_only_by_way_of_a_request(self) -> None:
        to_closed = [verb for verb, line in TRANSITIONS.items() if line.target == CaseStatus.CLOSED]
        assert to_closed == [Verb.APPROVE_CLOSURE]
        assert TRANSITIONS[Verb.APPROVE_CLOSURE].sources == (CaseStatus.PENDING_CLOSURE,)


class TestClosureGaps:
    """closure_gaps"""

    def test_nothing_is_missing_from_a_whole_closure(self) -> None:
        assert closure_gaps(WHOLE) == []

    def test_an_empty_closure_misses_everything(self) -> None:
        assert [gap.code for gap in closure_gaps(CaseFacts())] == [
            "lead", "findings", "root_cause", "actions_taken", "remediation", "lessons_learned", "prevention",
            "residual_risk", "residual_risk_rationale", "monitoring_decision",
        ]  # fmt: skip

    @pytest.mark.parametrize("name", ["findings", "root_cause", "actions_taken", "remediation", "lessons_learned"])
    def test_spaces_are_not_words(self, name: str) -> None:
        blank: dict[str, Any] = {name: "  "}
        assert [gap.code for gap in closure_gaps(replace(WHOLE, **blank))] == [name]

    def test_open_tasks_and_unanswered_allegations_stand_in_the_way(self) -> None:
        gaps = closure_gaps(replace(WHOLE, open_tasks=2, unanswered=(1, 3)))
        assert [(gap.code, gap.where) for gap in gaps] == [
            ("finding", "overview"), ("finding", "overview"), ("tasks", "tasks")
        ]  # fmt: skip

    def test_monitoring_needs_interval_owner_and_trigger(self) -> None:
        watched = replace(WHOLE, monitoring_decision="monitor")
        assert len(closure_gaps(watched)) == 3
        whole = replace(
            watched, monitoring_interval_days=30, monitoring_owner_id=uuid4(), monitoring_trigger="He writes again"
        )
        assert closure_gaps(whole) == []

    def test_each_gap_says_where_to_supply_it(self) -> None:
        assert all(gap.sentence and gap.where for gap in closure_gaps(CaseFacts(open_tasks=1, unanswered=(1,))))


class TestRefuseHold:
    """refuse_hold"""

    def test_needs_a_reason_and_a_later_day(self) -> None:
        today = date(2026, 1, 10)
        for reason, day in (("", date(2026, 2, 1)), ("Waiting", None), ("Waiting", today), ("x" * 501, None)):
            with pytest.raises(Invalid):
                rules.refuse_hold(reason, day, today)
        rules.refuse_hold("Waiting", date(2026, 1, 11), today)


class TestRefuseClosureWords:
    """refuse_closure_words"""

    def test_refuses_unknown_choices_by_name(self) -> None:
        with pytest.raises(Invalid) as refusal:
            rules.refuse_closure_words(
                {"residual_risk": "none", "monitoring_decision": "maybe", "monitoring_interval_days": 0}
            )
        assert len(refusal.value.fields) == 3
