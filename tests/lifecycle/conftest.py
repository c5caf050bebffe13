# SPDX-License-Identifier: Apache-2.0
"""Evidence in a folder of the test's own."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: LazySettings) -> None:
    """Evidence of one test only."""
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
