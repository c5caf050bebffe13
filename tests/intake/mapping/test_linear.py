# SPDX-License-Identifier: Apache-2.0
"""Expressions that people write."""

from time import thread_time

import pytest

from longwatch.intake.mapping.choosing import BadMapping
from longwatch.intake.mapping.linear import LONGEST_EXPRESSION, linear

BOMBS = [r"(a+)+$", r"(a|aa)+$", r"(a|a?)+$", r"a*a*a*a*a*a*b", r"(.*a){12}$"]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_does_no_harm(bomb: str) -> None:
    begun = thread_time()
    linear(bomb, False).search("a" * 9_999 + "!")
    assert thread_time() - begun < 0.5


@pytest.mark.parametrize(
    "text", [r"(a)\1", r"a(?=b)", r"(?<!x)y", "(x{1000}){1000}", "(", "a" * (LONGEST_EXPRESSION + 1)]
)
def test_what_could_take_for_ever_or_does_not_work_is_refused(text: str) -> None:
    with pytest.raises(BadMapping):
        linear(text, False)


def test_finds_groups_with_or_without_regard_to_case() -> None:
    assert [found.group(1) for found in linear(r"user=(\w+)", True).finditer("USER=ana user=bo")] == ["ana", "bo"]
    assert linear("ana", False).search("ANA") is None
    assert linear(r"(a)(b)", False).groups == 2


def test_half_of_a_surrogate_pair_is_no_crash() -> None:
    assert linear("x", False).search("\ud800x") is not None
