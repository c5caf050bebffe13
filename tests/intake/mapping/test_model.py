# SPDX-License-Identifier: Apache-2.0
"""What a mapping file may hold."""

import pytest

from longwatch.intake.mapping.catalogue import read_file
from longwatch.intake.mapping.choosing import BadMapping

GOOD = 'name = "x"\ntitle = "X"\n[recognise]\nall = ["a"]\n'


def test_a_small_file_is_enough() -> None:
    assert read_file(GOOD).name == "x"


@pytest.mark.parametrize(
    "wrong",
    [
        'nonsense = "x"', '[signal]\ntitle = ["a["]', '[signal]\ntitle = [{path = "a", regex = "("}]',
        '[signal]\nseverity = [{path = "a", scale = "furlongs"}]', '[signal]\ntitle = [{path = "a", constant = "b"}]',
        '[[entity]]\npath = "a"\nkind = "planet"', '[signal', '[signal]\ntitle = [{path = "a", when = {b = "("}}]',
    ],
)  # fmt: skip
def test_a_file_that_cannot_work_is_refused(wrong: str) -> None:
    with pytest.raises(BadMapping):
        read_file(GOOD + wrong)
