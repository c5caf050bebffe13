# SPDX-License-Identifier: Apache-2.0
"""What another dedup template would have made of the last arrivals."""

import pytest

from longwatch.access.context import acting_as
from longwatch.intake.dedup_preview import DedupPreview, preview_template
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def look(cast: Cast, source: Source, *template: str, name: str = "supervisor") -> DedupPreview:
    with acting_as(cast.actors[name]):
        return preview_template(source, template)


def test_counts_signals_as_they_are_and_as_they_would_be(cast: Cast, source: Source) -> None:
    for number in range(4):
        send(source, cast, title=f"Door {number}", rule="door", place="Gate" if number % 2 else "Yard")
    found = look(cast, source, "rule", "place")
    assert (found.arrivals, found.now, found.then, found.keyed) == (4, 4, 2, 0)
    assert [each.arrivals for each in found.largest] == [2, 2]


def test_lets_the_senders_own_key_win(cast: Cast, source: Source) -> None:
    for key in ("a", "b"):
        send(source, cast, rule="door", dedup_key=key)
    found = look(cast, source, "rule")
    assert (found.then, found.keyed) == (2, 2)


def test_reads_nothing_that_its_reader_may_not_see(cast: Cast, source: Source) -> None:
    send(source, cast)
    assert look(cast, source, "rule", name="hr").arrivals == 0
