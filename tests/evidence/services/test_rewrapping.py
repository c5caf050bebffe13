# SPDX-License-Identifier: Apache-2.0
"""Keys locked anew."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.evidence import keyring
from longwatch.evidence.keyring import Locked
from longwatch.evidence.models import EvidenceKey, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.rewrapping import rewrap_all
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture(autouse=True)
def own_master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("note.txt", b"Seen at nine"), by=cast.responder)


def key_of(row: Exhibit) -> EvidenceKey:
    """The key that seals an exhibit, as it is now."""
    assert row.key_id
    return EvidenceKey.objects.get(id=row.key_id)


class TestRewrapAll:
    """rewrap_all"""

    def test_locks_every_key_with_the_present_master_key(self, cast: Cast, row: Exhibit, tmp_path: Path) -> None:
        before = keyring.name_of(keyring.master_key())
        assert keyring.renew_kept_master()
        with acting_as(None):
            assert rewrap_all() == 1
            assert rewrap_all() == 0
        for old in (tmp_path / "keys").glob("evidence.old-*"):
            old.unlink()
        with acting_as(cast.analyst):
            assert key_of(row).master != before
            with open_exhibit(row) as content:
                assert content.read() == b"Seen at nine"

    def test_changes_nothing_when_a_former_master_key_is_missing(
        self, cast: Cast, row: Exhibit, tmp_path: Path
    ) -> None:
        keyring.renew_kept_master()
        for old in (tmp_path / "keys").glob("evidence.old-*"):
            old.rename(tmp_path / "away")
        with acting_as(None), pytest.raises(Locked):
            rewrap_all()
