# SPDX-License-Identifier: Apache-2.0
"""An evidence directory of the test's own."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def evidence_directory(tmp_path: Path, settings: LazySettings) -> Path:
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    return tmp_path / "evidence"
