# SPDX-License-Identifier: Apache-2.0
"""Asking analyzers about things in records. An answer proposes; it changes nothing of the record."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.environment import current
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.core.ids import entity_id
from longwatch.core.tracing import span
from longwatch.enrichment import analyses
from longwatch.enrichment.analysis_events import AnalysisAsked, AnalysisFinished
from longwatch.enrichment.analysis_models import Analysis, AnalysisState, AnalyzerSetup, Failure
from longwatch.enrichment.cortex.catalogue import catalogue
from longwatch.enrichment.cortex.contract import Analyzer, Report, job, refusal
from longwatch.enrichment.cortex.running import run
from longwatch.enrichment.cortex.wording import long, proposals, short
from longwatch.enrichment.markings import PAP, TLP, is_freer, marks_of
from longwatch.enrichment.services.analyzers import made_ready
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, entity_key
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef

# The task of jobs.py, which stands above.
ANALYZE = "enrichment.analyze"
# So many analyzers at most run beside each other, so that other jobs find a place.
LANES = 2
MOST_WAITING = 50
ANSWERED = ("state", "finished_at", "expires_at", "failure", "error", "summary", "artifacts", "report", "report_sha256")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to ask about: a kind and value, and how it is marked; empty marks are those of the record, else amber."""

    kind: str
    value: str
    tlp: str = ""
    pap: str = ""


@transaction.atomic
def ask(record: RecordRef, setup_id: UUID, asked: Asked, *, again: bool = False, by: Actor) -> Analysis:
    """Ask an analyzer about a thing in a record; a job does it. An answer that still holds is given instead.

    Refuses (404) an analyzer that is not enabled, (422) what it does not take, and (409) what it may not be told.
    """
    require(by, record.work_permission)
    if record.kind != RecordKind.SIGNAL:
        record.refuse_when_closed("The question")
    row = AnalyzerSetup.objects.filter(id=setup_id, org_id=by.org_id, enabled=True).first()
    description = catalogue().found.get(row.name) if row is not None else None
    if row is None or description is None:
        raise NotFound
    tlp, pap = _marks(record, asked)
    analyzer = made_ready(row, description)
    _refuse(analyzer, asked, tlp, pap)
    question = Analysis(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        kind=asked.kind, value=asked.value.strip(), key=entity_key(asked.kind, asked.value), setup=row,
        analyzer=row.name, analyzer_version=analyzer.version, tlp=tlp, pap=pap, asked_by_id=by.id,
    )  # fmt: skip
    present = analyses.present(question, answered=not again)
    if present is not None:
        return present
    if analyses.waiting(by) >= MOST_WAITING:
        raise Conflict(_("Many questions wait already. Ask again when they are answered."), code="too_many_waiting")
    event = AnalysisAsked(
        subject_id=question.id, record_id=record.id, compartment_id=record.compartment_id, analyzer=row.name,
        analyzer_version=analyzer.version, kind=question.kind, value=question.value, tlp=tlp, pap=pap,
        network=row.network,
    )  # fmt: skip
    ledger.record_created(event, by=by, row=question)
    lane = question.id.int % LANES
    app.configure_task(ANALYZE, lock=f"{ANALYZE} {lane}").defer(analysis_id=str(question.id), account_id=str(by.id))
    return question


def run_analysis(analysis_id: UUID, account_id: UUID) -> str:
    """Ask the analyzer as the one who asked may see the record; nothing when they left or lost sight of it."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        return "gone"
    by = actor_of(account, via="analyzer")
    with acting_as(by):
        row = Analysis.objects.select_related("setup").filter(id=analysis_id, state=AnalysisState.WAITING).first()
    if row is None:
        return "gone"
    with acting_as(by):
        marks = marks_of(row.record_id, entity_id(row.org_id, row.key))
        may = not is_freer(row.tlp, marks.tlp) and not is_freer(row.pap, marks.pap)
    answer = _answer(row) if may else Report(False, failure=Failure.MARKED)
    with acting_as(by):
        _finish(row, answer, by)
    return str(row.state)


def _answer(row: Analysis) -> Report:
    """Run the analyzer, as it is set up now."""
    found = catalogue()
    description = found.found.get(row.analyzer)
    if description is None or found.folder is None or not row.setup.enabled:
        return Report(False, failure=Failure.GONE)
    analyzer = made_ready(row.setup, description)
    why = refusal(analyzer, row.kind, tlp=row.tlp, pap=row.pap)
    if why:
        return Report(False, failure=Failure.GONE if why == "type" else Failure.MARKED)
    task = job(analyzer, row.kind, row.value, tlp=row.tlp, pap=row.pap)
    with span("analyzer") as work:
        work.tell("longwatch.analyzer", row.analyzer)
        return run(analyzer, found.folder, task, hidden=[current().data])


@transaction.atomic
def _finish(row: Analysis, answer: Report, by: Actor) -> None:
    now = clock.now()
    row.state = AnalysisState.DONE if answer.success else AnalysisState.FAILED
    row.finished_at = now
    row.expires_at = now + timedelta(hours=row.setup.hours) if answer.success else None
    row.failure, row.error = answer.failure, answer.error
    row.summary, row.report = short(answer.taxonomies), long(answer.full)
    row.artifacts = proposals(answer.artifacts, row.key)
    row.report_sha256 = hashlib.sha256(row.report.encode()).hexdigest() if row.report else ""
    event = AnalysisFinished(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, analyzer=row.analyzer,
        kind=row.kind, value=row.value, failure=row.failure,
    )  # fmt: skip
    ledger.record(event, by=by, row=row, fields=ANSWERED)


def _marks(record: RecordRef, asked: Asked) -> tuple[str, str]:
    """How the thing is marked: as its record is, or more strictly; refuses to loosen that."""
    key = entity_key(asked.kind, asked.value)
    marks, wrong = marks_of(record.id, entity_id(record.org_id, key)), {}
    if asked.tlp and asked.tlp not in TLP:
        wrong["tlp"] = _("Use one of: %(words)s.") % {"words": ", ".join(TLP)}
    elif asked.tlp and is_freer(asked.tlp, marks.tlp):
        wrong["tlp"] = _("It is marked TLP:%(word)s.") % {"word": marks.tlp.upper()}
    if asked.pap and asked.pap not in PAP:
        wrong["pap"] = _("Use one of: %(words)s.") % {"words": ", ".join(PAP)}
    elif asked.pap and is_freer(asked.pap, marks.pap):
        wrong["pap"] = _("It is marked PAP:%(word)s.") % {"word": marks.pap.upper()}
    if wrong:
        raise Invalid("Nothing was asked.", fields=wrong)
    return asked.tlp or marks.tlp or "amber", asked.pap or marks.pap or "amber"


def _refuse(analyzer: Analyzer, asked: Asked, tlp: str, pap: str) -> None:
    value, wrong = asked.value.strip(), {}
    if asked.kind not in EntityKind.values:
        wrong["kind"] = _("Choose what it is.")
    if not value or len(value) > LONGEST_VALUE or "\0" in value:
        wrong["value"] = _("Use 1 to %(most)s characters.") % {"most": LONGEST_VALUE}
    why = refusal(analyzer, asked.kind, tlp=tlp, pap=pap)
    if why == "type":
        wrong["analyzer"] = _("%(name)s takes nothing of this kind.") % {"name": analyzer.name}
    if wrong:
        raise Invalid("Nothing was asked.", fields=wrong)
    if why:
        word = tlp if why == "tlp" else pap
        sentence = _("%(name)s may not be told what is marked %(mark)s.") % {
            "name": analyzer.name, "mark": f"{why.upper()}:{word.upper()}",
        }  # fmt: skip
        raise Conflict(sentence, code=f"{why}_too_strict")
