# SPDX-License-Identifier: Apache-2.0
"""A folder of tiny analyzers, set up as an administrator does."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.enrichment.analysis_models import Analysis, AnalyzerSetup
from longwatch.enrichment.services.analyzers import Allowed, set_up
from longwatch.enrichment.services.analyzing import Asked, ask, run_analysis
from longwatch.intake.selectors import signal, signal_ref
from longwatch.records.reference import RecordRef
from tests.enrichment.cortex.tiny import FOLDER, install
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

KEY = {"name": "key", "type": "string", "required": True, "description": "Key of the service"}


def folder_of_analyzers(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that LONGWATCH_ANALYZERS names, with one analyzer that needs a key."""
    install(path, "Tiny", FOLDER, types=("ip", "domain"), items=[KEY])
    monkeypatch.setenv("LONGWATCH_ANALYZERS", str(path))
    return path


def enabled(
    cast: Cast, name: str = "Tiny", settings: Mapping[str, str | None] | None = None, **may: Any
) -> AnalyzerSetup:
    """An analyzer that may be asked; with network, so that tests do not depend on the system."""
    allowed = Allowed(**{"enabled": True, "network": True} | may)
    with acting_as(cast.administrator):
        return set_up(name, allowed, {"key": "K-1"} if settings is None else settings, by=cast.administrator)


def a_signal(cast: Cast, *tags: str, value: str = "192.0.2.7") -> RecordRef:
    """A signal that names an address."""
    entities = [{"kind": "ip", "value": value}, {"kind": "person", "value": "Jonas Weber"}]
    sent = send(make_source(cast), cast, entities=entities, tags=list(tags))
    with acting_as(cast.analyst):
        return signal_ref(signal(sent.signal_id))


def asked(cast: Cast, record: RecordRef, setup: AnalyzerSetup, *, again: bool = False, **more: str) -> Analysis:
    """A question of the analyst."""
    with acting_as(cast.analyst):
        return ask(record, setup.id, Asked(**{"kind": "ip", "value": "192.0.2.7"} | more), again=again, by=cast.analyst)


def answered(cast: Cast, record: RecordRef, setup: AnalyzerSetup, **more: Any) -> Analysis:
    """The question, after the job ran."""
    row = asked(cast, record, setup, **more)
    run_analysis(row.id, cast.analyst.id)
    with acting_as(cast.analyst):
        return Analysis.objects.select_related("asked_by").get(id=row.id)
