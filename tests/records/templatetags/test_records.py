# SPDX-License-Identifier: Apache-2.0
"""Small words of the records' templates."""

import pytest

from longwatch.access.sections import SECTION_RULES, is_excluded_from_exports
from longwatch.entities.kinds import EntityKind
from longwatch.records.templatetags.records import ENTITY_ICONS, entity_icon, never_leaves, section_class


@pytest.mark.parametrize("section", ["", "core", *SECTION_RULES])
def test_what_never_leaves_is_never_printed(section: str) -> None:
    kept = is_excluded_from_exports(section)
    assert ("never-printed" in section_class(section), never_leaves(section)) == (kept, kept)


class TestEntityIcon:
    """entity_icon"""

    def test_is_an_icon_for_anything(self) -> None:
        assert all(entity_icon(kind) for kind in (*EntityKind.values, "spaceship"))

    def test_is_named_for_known_kinds_only(self) -> None:
        assert set(ENTITY_ICONS) <= set(EntityKind.values)
