# SPDX-License-Identifier: Apache-2.0
"""Reads of analyzers and of what they answered; row security decides what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.enrichment.analysis_models import Analysis, AnalysisState, AnalyzerSetup
from longwatch.enrichment.cortex.catalogue import Catalogue, catalogue
from longwatch.enrichment.cortex.contract import Description, data_type, missing
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef

MOST_SHOWN = 100
MOST_SIGNALS = 500
# A question that waits for longer was lost with who asked it; it may be asked again.
LOST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ran:
    """How one analyzer did in the last thirty days, without what it was asked about."""

    asked: int = 0
    failed: int = 0
    last_at: datetime | None = None
    last_failure: str = ""
    last_failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An analyzer for its administrator: as it describes itself, as it is set up, how it did."""

    name: str
    description: Description | None
    setup: AnalyzerSetup | None
    ran: Ran
    lacking: Sequence[str] = ()

    @property
    def enabled(self) -> bool:
        """Whether it may be asked."""
        return self.setup is not None and self.setup.enabled


@dataclass(frozen=True, slots=True)
class Usable:
    """An analyzer that may be asked."""

    setup: AnalyzerSetup
    description: Description


def listed(actor: Actor) -> tuple[Catalogue, list[Listed]]:
    """All analyzers of the folder, and those set up whose files are gone; the enabled ones first."""
    found = catalogue()
    setups = {each.name: each for each in AnalyzerSetup.objects.filter(org_id=actor.org_id)}
    ran = _runs()
    rows = [
        _listed(name, found.found.get(name), setups.get(name), ran)
        for name in sorted(found.found.keys() | setups.keys(), key=str.casefold)
    ]
    return found, sorted(rows, key=lambda each: not each.enabled)


def one(actor: Actor, name: str) -> Listed:
    """One analyzer; refuses (404) what is neither in the folder nor set up."""
    found = catalogue().found.get(name)
    setup = AnalyzerSetup.objects.filter(org_id=actor.org_id, name=name).first()
    if found is None and setup is None:
        raise NotFound
    return _listed(name, found, setup, _runs())


def usable(actor: Actor, kind: str = "") -> list[Usable]:
    """The analyzers that may be asked, about things of a kind when one is named."""
    found = catalogue().found
    rows = AnalyzerSetup.objects.filter(org_id=actor.org_id, enabled=True).order_by("name")
    ready = [Usable(row, found[row.name]) for row in rows if row.name in found]
    return [each for each in ready if not kind or data_type(each.description.data_types, kind)]


def of_record(record: RecordRef) -> list[Analysis]:
    """What was asked from a record and its signals, and answered about the same things elsewhere in its compartment."""
    near = Q(record_id__in=related(record.id))
    keys = Analysis.objects.filter(near).values("key")
    same = Q(compartment_id=record.compartment_id, key__in=keys, state=AnalysisState.DONE, expires_at__gt=clock.now())
    rows = Analysis.objects.filter(near | same).select_related("asked_by")
    return list(rows.order_by("-asked_at", "-id")[:MOST_SHOWN])


def one_of(record: RecordRef, analysis_id: UUID) -> Analysis:
    """One question of a record; refuses (404) any other."""
    found = Analysis.objects.select_related("asked_by").filter(record_id=record.id, id=analysis_id).first()
    if found is None:
        raise NotFound
    return found


def related(record_id: UUID) -> list[UUID]:
    """A record and the signals that belong to it."""
    ties = Link.objects.filter(to_id=record_id, kind=LinkKind.BELONGS, from_kind=RecordKind.SIGNAL, ended_at=None)
    return [record_id, *ties.values_list("from_id", flat=True)[:MOST_SIGNALS]]


def present(question: Analysis, *, answered: bool) -> Analysis | None:
    """The same question in the same compartment or about a signal of the record: waiting still, or answered lately."""
    now = clock.now()
    near = Q(compartment_id=question.compartment_id) | Q(record_id__in=related(question.record_id))
    same = Analysis.objects.filter(
        near, setup_id=question.setup_id, key=question.key, analyzer_version=question.analyzer_version
    ).select_related("asked_by")
    holds = Q(state=AnalysisState.WAITING, asked_at__gt=now - LOST)
    if answered:
        holds |= Q(state=AnalysisState.DONE, expires_at__gt=now)
    return same.filter(holds).order_by("-asked_at").first()


def lost_before() -> datetime:
    """What was asked before this and still waits, waits for nothing any more."""
    return clock.now() - LOST


def waiting(by: Actor) -> int:
    """How many questions of an account wait."""
    since = clock.now() - LOST
    return Analysis.objects.filter(asked_by_id=by.id, state=AnalysisState.WAITING, asked_at__gt=since).count()


def _listed(name: str, description: Description | None, setup: AnalyzerSetup | None, ran: dict[UUID, Ran]) -> Listed:
    told = dict.fromkeys(setup.told) if setup is not None else {}
    lacking = missing(description, told) if description is not None else []
    return Listed(name, description, setup, ran.get(setup.id, Ran()) if setup is not None else Ran(), lacking)


def _runs() -> dict[UUID, Ran]:
    with connection.cursor() as cursor:
        cursor.execute("select * from enrichment_analyzer_runs()")
        return {row[0]: Ran(*row[1:]) for row in cursor.fetchall()}
