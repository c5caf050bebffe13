# SPDX-License-Identifier: Apache-2.0
"""Versions of mappings."""

from longwatch.intake.mapping_models import MappingVersion


def test_a_source_names_a_mapping_of_its_own_as_such() -> None:
    assert MappingVersion(name="doors", number=2).format == "own:doors"
    assert str(MappingVersion(name="doors", number=2)) == "doors 2"
