# SPDX-License-Identifier: Apache-2.0
"""Cases with something of everything in them, and folders of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from longwatch.cases.models import Case
from tests.exchange.material import a_case_with_a_program, a_full_case, exported, plain
from tests.personas import Cast, make_cast

_MADE = pytest.StashKey[bytes]()
_DANGEROUS = pytest.StashKey[bytes]()


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: LazySettings) -> Path:
    """Evidence and bundles of one test only; keys are those of the run."""
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    settings.EXPORT_DIRECTORY = tmp_path / "exports"
    return tmp_path


@pytest.fixture
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bundle of a case for the organisation itself, made once a run by the job's own way, with real commits."""
    return _once(request, tmp_path, _MADE, a_full_case)


@pytest.fixture
def dangerous_bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same of a case with a program among its exhibits."""
    return _once(request, tmp_path, _DANGEROUS, a_case_with_a_program)


def _once(
    request: pytest.FixtureRequest, folder: Path, key: "pytest.StashKey[bytes]", make: Callable[[Cast], Case]
) -> Path:
    stash, file = request.config.stash, folder / "bundle.zip"
    if key not in stash:
        request.getfixturevalue("committed_db")
        cast = make_cast()
        stash[key] = plain(exported(make(cast), cast)).read_bytes()
    file.write_bytes(stash[key])
    return file
