# SPDX-License-Identifier: Apache-2.0
"""What the page in which mappings are made shows."""

from longwatch.intake.mapping.drafting import KINDS, SLOTS
from longwatch.intake.mapping.scales import SCALES as KNOWN
from longwatch.intake.mapping_page import HELP, LABELS, SCALES, kind_choices, page_of
from tests.intake.test_mapping_editing import desk


def test_every_field_has_its_words() -> None:
    assert set(HELP) == set(SLOTS)
    assert set(LABELS) == {*SLOTS, "entity"}
    assert [kind for kind, word in kind_choices() if word] == list(KINDS)


def test_every_scale_is_one_that_there_is() -> None:
    assert {name for name, _label in SCALES if name} <= set(KNOWN)


def test_a_line_of_the_record_says_which_fields_take_it() -> None:
    found = {leaf.line.path: [str(each) for each in leaf.used] for leaf in page_of(desk(), [])["leaves"]}
    assert (found["event.name"], found["door"]) == (["Title"], [])


def test_an_error_stands_at_its_field() -> None:
    shown = page_of(desk(slot_title="a[", entity_path=["b["], entity_kind=["host"], entity_part=["involved"],
                         entity_kept=[""]), [])  # fmt: skip
    assert shown["main_slots"][0].error
    assert shown["entities"][0].error
