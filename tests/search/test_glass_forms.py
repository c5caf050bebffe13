# SPDX-License-Identifier: Apache-2.0
"""The forms about broken glass and sealed matches."""

from longwatch.search.glass_forms import GlassForm, MatchForm, ReviewForm


class TestGlassForm:
    def test_takes_no_more_than_an_hour(self) -> None:
        longest = max(int(value) for value, _label in GlassForm().fields["minutes"].choices)  # type: ignore[attr-defined]
        assert longest == 60

    def test_needs_a_reason_in_words(self) -> None:
        assert "reason" in GlassForm({"reference": "CASE-7K3F-Q2", "minutes": "15"}).errors


class TestReviewForm:
    def test_needs_an_outcome_and_why(self) -> None:
        assert set(ReviewForm({}).errors) == {"outcome", "note"}


class TestMatchForm:
    def test_needs_whom_to_ask_about(self) -> None:
        assert "value" in MatchForm({"kind": "person"}).errors
