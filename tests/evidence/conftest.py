# SPDX-License-Identifier: Apache-2.0
"""A record to hang exhibits on, and an evidence directory of the test's own."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture(autouse=True)
def evidence_directory(tmp_path: Path, settings: LazySettings) -> Path:
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    return RecordRef(
        RecordKind.INCIDENT, uuid7(), cast.organisation.id, cast.operations.id, "INC-2026-0001", "Door", closed=False
    )
