# SPDX-License-Identifier: Apache-2.0
"""Conditions as people fill them in."""

from django import forms
from django.http import QueryDict

from longwatch.intake.condition_field import ConditionsField, condition_words


class Form(forms.Form):
    conditions = ConditionsField(label="Which signals")


def sent(text: str) -> Form:
    return Form(QueryDict(text))


def test_lines_become_conditions_with_one_value_a_line() -> None:
    form = sent(
        "conditions_field=rule&conditions_op=starts&conditions_values=vpn-%0Assh-"
        "&conditions_field=severity&conditions_op=at_least&conditions_values=high"
        "&conditions_field=&conditions_op=is&conditions_values="
    )
    assert form.is_valid()
    assert form.cleaned_data["conditions"] == [
        {"field": "rule", "op": "starts", "values": ["vpn-", "ssh-"]},
        {"field": "severity", "op": "at_least", "values": ["high"]},
    ]


def test_a_comparison_that_does_not_fit_is_said_with_its_number_and_nothing_is_lost() -> None:
    form = sent("conditions_field=title&conditions_op=at_least&conditions_values=Odd+title")
    assert not form.is_valid()
    assert "Condition 1" in form.errors["conditions"][0]
    assert "Odd title" in str(form["conditions"])


def test_no_condition_is_refused() -> None:
    assert "conditions" in sent("conditions_field=&conditions_op=is&conditions_values=").errors


def test_words_are_those_of_people() -> None:
    condition = {"field": "entity:host", "op": "is_not", "values": ["a", "b"]}
    assert condition_words(condition) == "Host is not a or b"
