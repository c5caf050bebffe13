# SPDX-License-Identifier: Apache-2.0
"""The form of a grouping rule."""

from longwatch.grouping.models import GroupingRule
from longwatch.grouping.rule_forms import RuleForm, TrialForm, initial_of


def test_a_form_of_a_stored_rule_says_what_it_says() -> None:
    rule = GroupingRule(name="VPN", conditions=[{"field": "rule", "op": "is", "values": ["vpn"]}], threshold=7)
    shown = str(RuleForm(initial=initial_of(rule)))
    assert 'value="7"' in shown
    assert ">vpn</textarea>" in shown


def test_what_is_missing_is_said_at_its_field() -> None:
    form = RuleForm({})
    assert not form.is_valid()
    assert {"name", "conditions", "window_minutes", "lifetime_minutes", "threshold", "mode"} <= set(form.errors)


def test_a_back_test_looks_back_ninety_days_at_most() -> None:
    assert TrialForm({"days": "90"}).is_valid()
    assert not TrialForm({"days": "91"}).is_valid()


def test_the_window_says_that_repeats_count_when_they_come() -> None:
    assert "A repeat counts when it comes." in str(RuleForm()["window_minutes"].help_text)
