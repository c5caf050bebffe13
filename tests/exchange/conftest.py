# SPDX-License-Identifier: Apache-2.0
"""Cases with something of everything in them, and folders of the test's own."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.exchange.material import a_full_case, exported, plain
from tests.personas import make_cast

_MADE = pytest.StashKey[bytes]()


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: LazySettings) -> Path:
    """Evidence and bundles of one test only; keys are those of the run."""
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    settings.EXPORT_DIRECTORY = tmp_path / "exports"
    return tmp_path


@pytest.fixture
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bundle of a case for the organisation itself, made once a run by the job's own way, with real commits."""
    stash, file = request.config.stash, tmp_path / "bundle.zip"
    if _MADE not in stash:
        request.getfixturevalue("committed_db")
        cast = make_cast()
        stash[_MADE] = plain(exported(a_full_case(cast), cast)).read_bytes()
    file.write_bytes(stash[_MADE])
    return file
