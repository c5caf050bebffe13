# SPDX-License-Identifier: Apache-2.0
"""What is refused before it is sent on."""

from longwatch.lifecycle.forms import DecisionForm, HoldForm, ProposalForm, RetentionForm, WideHoldForm


class TestForms:
    def test_ask_for_what_is_needed(self) -> None:
        for form in (HoldForm, WideHoldForm, ProposalForm, DecisionForm, RetentionForm):
            assert not form({}).is_valid()

    def test_a_proposal_keeps_nothing(self) -> None:
        assert not ProposalForm({"outcome": "keep", "basis": "request"}).is_valid()

    def test_a_wide_hold_is_of_no_record(self) -> None:
        assert not WideHoldForm({"scope": "record", "matter": "M", "reason": "x"}).is_valid()
