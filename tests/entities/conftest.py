# SPDX-License-Identifier: Apache-2.0
"""A record to name entities in."""

import pytest

from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    return RecordRef(
        RecordKind.INCIDENT, uuid7(), cast.organisation.id, cast.operations.id, "INC-2026-0001", "Door", closed=False
    )
