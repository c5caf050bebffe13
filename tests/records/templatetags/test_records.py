# SPDX-License-Identifier: Apache-2.0
"""Small words of the records' templates."""

from longwatch.entities.kinds import EntityKind
from longwatch.records.templatetags.records import ENTITY_ICONS, entity_icon


class TestEntityIcon:
    """entity_icon"""

    def test_is_an_icon_for_anything(self) -> None:
        assert all(entity_icon(kind) for kind in (*EntityKind.values, "spaceship"))

    def test_is_named_for_known_kinds_only(self) -> None:
        assert set(ENTITY_ICONS) <= set(EntityKind.values)
