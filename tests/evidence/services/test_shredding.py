# SPDX-License-Identifier: Apache-2.0
"""Keys locked anew, and keys destroyed."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed
from longwatch.evidence import keyring
from longwatch.evidence.keyring import Locked
from longwatch.evidence.models import EvidenceKey, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.shredding import destroy_keys, rewrap_all
from longwatch.records.reference import RecordRef
from tests.personas import Cast


@pytest.fixture(autouse=True)
def own_master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("note.txt", b"Seen at nine"), by=cast.responder)


@pytest.fixture
def disposer(cast: Cast) -> Actor:
    """Somebody inside who may dispose of evidence."""
    return replace(cast.analyst, permissions=cast.analyst.permissions | {"retention:manage"})


def key_of(row: Exhibit) -> EvidenceKey:
    """The key that seals an exhibit, as it is now."""
    assert row.key_id
    return EvidenceKey.objects.get(id=row.key_id)


class TestDestroyKeys:
    """destroy_keys"""

    def test_makes_the_content_unreadable_and_keeps_the_exhibit(
        self, cast: Cast, row: Exhibit, disposer: Actor
    ) -> None:
        with acting_as(disposer):
            assert destroy_keys(row.record_id, reason="Retention ended", by=disposer) == 1
            assert destroy_keys(row.record_id, reason="Retention ended", by=disposer) == 0
            with pytest.raises(Locked, match="disposed of"):
                open_exhibit(row)
            key = key_of(row)
            assert (bytes(key.wrapped), key.destruction_reason) == (b"", "Retention ended")

    def test_is_for_good(self, cast: Cast, row: Exhibit, disposer: Actor) -> None:
        with acting_as(disposer):
            wrapped = bytes(key_of(row).wrapped)
            destroy_keys(row.record_id, reason="Retention ended", by=disposer)
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                EvidenceKey.objects.filter(id=key_of(row).id).update(wrapped=wrapped, destroyed_at=None)

    def test_seals_what_comes_later_with_a_new_key(
        self, cast: Cast, row: Exhibit, record: RecordRef, disposer: Actor
    ) -> None:
        with acting_as(disposer):
            destroy_keys(row.record_id, reason="Retention ended", by=disposer)
            later = add_exhibit(record, SimpleUploadedFile("more.txt", b"More"), by=disposer)
            assert later.key_id != row.key_id
            with open_exhibit(later) as content:
                assert content.read() == b"More"

    def test_needs_the_permission(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            destroy_keys(row.record_id, reason="x", by=cast.analyst)

    def test_leaves_alone_what_the_actor_does_not_see(self, cast: Cast, row: Exhibit) -> None:
        outside = replace(cast.hr, permissions=cast.hr.permissions | {"retention:manage"})
        with acting_as(outside):
            assert destroy_keys(row.record_id, reason="x", by=outside) == 0


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
