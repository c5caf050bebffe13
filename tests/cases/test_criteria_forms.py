# SPDX-License-Identifier: Apache-2.0
"""The form of a criterion."""

from django.http import QueryDict

from longwatch.cases.criteria import shipped
from longwatch.cases.criteria_forms import CriterionForm, initial_of

SENT = (
    "name=A&proposes=case&reason=B&conditions_fact=tag&conditions_values=pii,+gdpr&conditions_fact=&conditions_values="
)


def test_values_are_separated_by_commas() -> None:
    form = CriterionForm(QueryDict(SENT))
    assert form.is_valid()
    assert form.cleaned_data["conditions"] == [{"fact": "tag", "values": ["pii", "gdpr"]}]


def test_a_form_of_a_criterion_says_what_it_says() -> None:
    shown = str(CriterionForm(initial=initial_of(shipped()["critical-asset"])))
    assert 'value="asset_criticality" selected' in shown
    assert 'value="critical"' in shown


def test_a_form_without_conditions_is_refused_at_them() -> None:
    assert "conditions" in CriterionForm(QueryDict("name=A&proposes=case&reason=B")).errors
