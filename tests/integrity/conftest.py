# SPDX-License-Identifier: Apache-2.0
"""A small installation with a story, sealed and anchored; each test gets a copy of it to tamper with."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.core.environment import current
from longwatch.core.postgres.address import VERIFIER, Address
from longwatch.evidence.services.custody import hand_out
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.services.mappings import NewVersion, change_mapping
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.triage import acknowledge
from longwatch.integrity.verification import Plan, verify
from longwatch.ledger.anchors.configured import anchor_file
from longwatch.ledger.anchors.keeping import keep_newest
from longwatch.ledger.memory import memory_file
from longwatch.ledger.sealing import seal_now
from longwatch.records.models import EntryKind
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from tests.fixtures.database import copied, django_at
from tests.intake.cast_mappings import RECORD, door_mapping, make_own, read_with
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@dataclass(frozen=True)
class World:
    """An installation: its database, its data directory, its people."""

    database: Address
    data: Path
    cast: Cast
    incident: UUID
    task: UUID
    note: UUID
    exhibit: UUID

    def run(self, *statements: str, unguarded: bool = False) -> list[tuple[Any, ...]]:
        """As a superuser of the database; the rows of the last statement."""
        with psycopg.connect(self.database.admin_conninfo(self.database.database), autocommit=True) as connection:
            if unguarded:
                connection.execute("set session_replication_role = replica")
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def faults(self, *, with_anchors: bool = True) -> list[str]:
        """What verifying says."""
        anchors = [self.data / "anchors" / "checkpoints"] if with_anchors else []
        last = self.data / "ledger" / "last-signed" if with_anchors else None
        return verify(Plan(self.database.conninfo(VERIFIER), anchors, last, processes=1)).faults

    def seal(self) -> None:
        """Seal what waits, and anchor it."""
        seal_now()
        keep_newest()


@pytest.fixture(scope="module")
def told(
    template_database: Address, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[World]:
    """The story, told once."""
    data = tmp_path_factory.mktemp("told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LONGWATCH_DATA", str(data))
        patch.setattr(settings, "EVIDENCE_DIRECTORY", data / "evidence")
        with copied(template_database, "told") as database, django_db_blocker.unblock():
            with django_at(database):
                world = tell(database, data)
            yield world


@pytest.fixture
def world(told: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[World]:
    """A copy of the story: the database, the anchors, the keys and the evidence."""
    data = tmp_path / "data"
    shutil.copytree(told.data, data)
    monkeypatch.setenv("LONGWATCH_DATA", str(data))
    monkeypatch.setattr(settings, "EVIDENCE_DIRECTORY", data / "evidence")
    with copied(told.database, "tampered") as database, django_db_blocker.unblock(), django_at(database):
        yield World(database, data, told.cast, told.incident, told.task, told.note, told.exhibit)


def map_a_signal(cast: Cast) -> None:
    """A signal that was read with a mapping of one's own, which says something else by now."""
    own = make_own(cast)
    doors = read_with(make_source(cast), cast)
    with acting_as(cast.integration):
        receive(doors, RECORD, by=cast.integration)
    with acting_as(cast.supervisor):
        shorter = NewVersion(text=door_mapping(title="{event.name}", expected="Held open"))
        change_mapping(own.mapping_id, shorter, by=cast.supervisor)


def tell(database: Address, data: Path) -> World:
    """People, an incident with what hangs on it, signals that were judged and some that were not, evidence in use."""
    cast = make_cast()
    analyst = cast.analyst
    source = make_source(cast)
    first = [send(source, cast, title=f"Door {n} forced", description="At night", dedup_key=f"d{n}") for n in range(4)]
    map_a_signal(cast)
    with acting_as(analyst):
        acknowledge(first[0].signal_id, by=analyst)
    send(
        source,
        cast,
        title="Door 0 forced",
        dedup_key="d0",
        severity="critical",
        entities=[{"kind": "host", "value": "h1"}],
    )
    with acting_as(analyst):
        incident = open_incident(title="Doors", category="FA-01", restricted=False, by=analyst)
        record = incident_ref(incident)
        note = add_entry(record, kind=EntryKind.NOTE, text="The guard called", by=analyst)
        task = add_task(record, title="Ask the guard", owner_id=None, due_at=None, by=analyst)
        exhibit = add_exhibit(record, SimpleUploadedFile("door.png", PNG), by=analyst)
        hand_out(exhibit.id, reason="For the police", by=analyst)
    seal_now()
    keep_newest()
    with acting_as(analyst):
        hand_out(exhibit.id, viewed=True, by=analyst)
        add_entry(record, kind=EntryKind.NOTE, text="He found nothing", by=analyst)
    seal_now()
    keep_newest()
    assert anchor_file(current()).is_file()
    assert memory_file(current()).is_file()
    return World(database, data, cast, incident.id, task.id, note.id, exhibit.id)
