# SPDX-License-Identifier: Apache-2.0
"""What is refused before it is sent on."""

from longwatch.lifecycle.forms import (
    DecisionForm,
    FindingForm,
    HoldForm,
    PersonForm,
    ProposalForm,
    RequestForm,
    RetentionForm,
    WideHoldForm,
)


class TestForms:
    def test_ask_for_what_is_needed(self) -> None:
        for form in (HoldForm, WideHoldForm, ProposalForm, DecisionForm, PersonForm, RequestForm):
            assert not form({}).is_valid()

    def test_a_class_has_years_or_days(self) -> None:
        assert set(RetentionForm({}, in_days=True).errors) == {"days", "outcome", "reason"}
        assert set(RetentionForm({}, in_days=False).errors) == {"years", "outcome", "reason"}

    def test_only_access_has_a_text_to_read(self) -> None:
        assert "extract" in FindingForm(kind="access").fields
        assert "extract" not in FindingForm(kind="erasure").fields

    def test_a_proposal_keeps_nothing(self) -> None:
        assert not ProposalForm({"outcome": "keep", "basis": "request"}).is_valid()

    def test_a_wide_hold_is_of_no_record(self) -> None:
        assert not WideHoldForm({"scope": "record", "matter": "M", "reason": "x"}).is_valid()
