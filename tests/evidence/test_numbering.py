# SPDX-License-Identifier: Apache-2.0
"""What exhibits are called."""

from longwatch.access.models import Section
from longwatch.access.sections import SECTION_RULES
from longwatch.evidence.numbering import mark_of


def test_an_exhibit_of_the_core_is_called_by_its_number() -> None:
    assert mark_of(Section.CORE, 3) == "3"
    assert mark_of("", 3) == "3"


def test_every_section_has_letters_of_its_own() -> None:
    marks = {mark_of(section, 1) for section in SECTION_RULES}
    assert len(marks) == len(SECTION_RULES)
    assert all(mark.endswith("-1") for mark in marks)
