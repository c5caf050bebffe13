# SPDX-License-Identifier: Apache-2.0
"""Mappings for tests, made as everybody makes them."""

from typing import Any

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.models import Source
from longwatch.intake.services.mappings import NewVersion, make_mapping
from longwatch.intake.services.sources import change_source
from tests.personas import Cast

RECORD = b'{"door":"D7","event":{"name":"Held open","level":"red","time":"2026-02-03T04:05:06Z"}}'


def door_mapping(name: str = "doors", title: str = "{event.name} at {door}", expected: str = "Held open at D7") -> str:
    """A mapping of a door controller, with its sample."""
    return f'''name = "{name}"
title = "Door controller"
[recognise]
[signal]
title = "{title}"
severity = {{path = "event.level", words = {{red = "high", "*" = "low"}}}}
occurred_at = "event.time"
[[entity]]
path = "door"
kind = "asset"
part = "affected"
[[sample]]
name = "held open"
raw = '{RECORD.decode()}'
[[sample.expect]]
title = "{expected}"
severity = "high"
entities = ["affected asset D7"]
'''


def make_own(cast: Cast, by: Actor | None = None, text: str = "", **fields: Any) -> MappingVersion:
    """A mapping of the signals' compartment, made by the analyst."""
    actor = by or cast.analyst
    with acting_as(actor):
        wanted = NewVersion(text=text or door_mapping(), compartment_id=cast.signals.id, **fields)
        return make_mapping(wanted, by=actor)


def read_with(source: Source, cast: Cast, name: str = "own:doors") -> Source:
    """A source that is read in another format from now on."""
    with acting_as(cast.supervisor):
        return change_source(source.id, {"format": name}, by=cast.supervisor)
