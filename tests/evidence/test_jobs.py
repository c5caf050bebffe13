# SPDX-License-Identifier: Apache-2.0
"""What has to happen to evidence from time to time."""

import os
import time
from pathlib import Path

from longwatch.evidence.jobs import sweep_orphans
from longwatch.evidence.store import BlobStore
from tests.personas import Cast


def orphan(directory: Path, cast: Cast, content: bytes, *, hours: float) -> None:
    """Bytes that no exhibit needs, of some age."""
    store = BlobStore.of(directory, cast.organisation.id)
    digest = store.keep([content], 1000).sha256
    (path,) = (blob for blob in store.blobs() if blob.name == digest)
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


class TestSweepOrphans:
    def test_removes_what_nobody_has_needed_for_a_day_in_every_organisation(
        self, cast: Cast, evidence_directory: Path
    ) -> None:
        orphan(evidence_directory, cast, b"old", hours=25)
        orphan(evidence_directory, cast, b"young", hours=23)
        assert sweep_orphans(timestamp=0) == 1
        assert len(list(BlobStore.of(evidence_directory, cast.organisation.id).blobs())) == 1
        assert sweep_orphans(timestamp=0) == 0
