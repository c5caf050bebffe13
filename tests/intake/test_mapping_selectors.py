# SPDX-License-Identifier: Apache-2.0
"""Reads of mappings."""

import pytest

from longwatch.access.context import acting_as
from longwatch.intake import mapping_selectors as selectors
from longwatch.intake.services.mappings import NewVersion, change_mapping
from tests.intake.cast_mappings import door_mapping, make_own, read_with
from tests.intake.cast_signals import make_source
from tests.personas import Cast

pytestmark = pytest.mark.django_db


def test_the_list_has_each_in_its_newest_version_by_name(cast: Cast) -> None:
    row = make_own(cast)
    make_own(cast, text=door_mapping("alarms"))
    with acting_as(cast.analyst):
        wanted = NewVersion(text=door_mapping(title="{event.name}", expected="Held open"))
        change_mapping(row.mapping_id, wanted, by=cast.analyst)
        assert [str(each) for each in selectors.newest(cast.analyst)] == ["alarms 1", "doors 2"]
    with acting_as(cast.outsider):
        assert list(selectors.newest(cast.outsider)) == []


def test_the_sources_that_are_read_with_one_are_known(cast: Cast) -> None:
    row, source = make_own(cast), make_source(cast)
    read_with(source, cast)
    with acting_as(cast.analyst):
        assert selectors.read_by(cast.analyst, row) == [source]
        assert selectors.sources_by_mapping(cast.analyst) == {(row.compartment_id, "own:doors"): [source]}
