# SPDX-License-Identifier: Apache-2.0
"""What has to happen to evidence from time to time."""

import os
import time
from pathlib import Path

from longwatch.core.ids import uuid7
from longwatch.evidence.jobs import sweep_orphans
from longwatch.evidence.services.keeping import RecordKey, keep_sealed
from longwatch.evidence.store import store_of
from longwatch.evidence.store.files import FileStore
from tests.personas import Cast


def orphan(directory: Path, cast: Cast, content: bytes, *, hours: float) -> None:
    """Bytes that no exhibit needs, of some age."""
    name = keep_sealed(cast.organisation.id, RecordKey(uuid7(), bytes(32)), [content], 1000).sealed_sha256
    then = time.time() - hours * 3600
    os.utime(FileStore(directory / cast.organisation.id.hex / "sealed").path(name), (then, then))


class TestSweepOrphans:
    def test_removes_what_nobody_has_needed_for_a_day_in_every_organisation(
        self, cast: Cast, evidence_directory: Path
    ) -> None:
        orphan(evidence_directory, cast, b"old", hours=25)
        orphan(evidence_directory, cast, b"young", hours=23)
        assert sweep_orphans(timestamp=0) == 1
        assert len(list(store_of(cast.organisation.id).blobs())) == 1
        assert sweep_orphans(timestamp=0) == 0
