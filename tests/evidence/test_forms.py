# SPDX-License-Identifier: Apache-2.0
"""What people type about things that become evidence."""

from longwatch.evidence.forms import ItemForm
from longwatch.evidence.services.items import Item


class TestItemForm:
    """ItemForm"""

    def test_needs_a_name_and_a_place_only(self) -> None:
        form = ItemForm({"name": "Backpack", "place": "Safe 2"})
        assert form.is_valid()
        assert form.item() == Item(name="Backpack", place="Safe 2")

    def test_says_what_is_missing(self) -> None:
        errors = ItemForm({}).errors
        assert {name: list(said) for name, said in errors.items()} == {
            "name": ["Say what it is."],
            "place": ["Say where it is kept."],
        }
