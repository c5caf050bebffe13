# SPDX-License-Identifier: Apache-2.0
"""Real records to make a mapping from."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.intake import mapping_samples as samples
from longwatch.intake.mapping.own import own_reading, read_own
from longwatch.intake.services.receiving import facts
from tests.intake.cast_mappings import door_mapping
from tests.intake.cast_signals import keep_unreadable, make_source, send
from tests.personas import Cast

pytestmark = pytest.mark.django_db
BAD = b'{"title": "E7", "severity": "red", "door": "D7", "event": {"name": "Held open", "level": "red"}}'


def test_are_what_failed_and_what_waits(cast: Cast) -> None:
    source = make_source(cast)
    received, failed = send(source, cast, title="Port scan"), keep_unreadable(source, cast, BAD, "No title.")
    with acting_as(cast.analyst):
        found = samples.records(cast.analyst, source)
        assert [(each.label, each.key) for each in found] == [
            ("No title.", f"delivery:{failed}"), ("Port scan", f"signal:{received.signal_id}"),
        ]  # fmt: skip
        assert samples.picked(cast.analyst, source, f"delivery:{failed}").raw == BAD
        assert b"Port scan" in samples.of_signal(received.signal_id).raw


def test_are_not_there_for_those_who_do_not_read_the_signals(cast: Cast) -> None:
    source = make_source(cast)
    received = send(source, cast)
    with acting_as(cast.outsider):
        assert samples.records(cast.outsider, source) == []
        with pytest.raises(NotFound):
            samples.of_signal(received.signal_id)


def test_are_compared_as_they_are_read_and_as_they_would_be(cast: Cast) -> None:
    source = make_source(cast)
    send(source, cast, title="Port scan", severity="low", door="D7")
    keep_unreadable(source, cast, BAD, "No title.")
    with acting_as(cast.analyst):
        own = own_reading(read_own(door_mapping()))
        failed, came = samples.compared(samples.records(cast.analyst, source), facts(source), own)
    assert (failed.before, failed.after, failed.severity_after) == ("", "Held open at D7", "high")
    assert (came.before, came.changed) == ("Port scan", ["severity", "entities"])
