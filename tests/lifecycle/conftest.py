# SPDX-License-Identifier: Apache-2.0
"""Evidence and bundles in folders of the test's own."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: LazySettings) -> None:
    """Evidence and bundles of one test only."""
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    settings.EXPORT_DIRECTORY = tmp_path / "exports"
