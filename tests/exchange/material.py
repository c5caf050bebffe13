# SPDX-License-Identifier: Apache-2.0
"""A case with something of everything in it, made by the services."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.cases import selectors as case_selectors
from longwatch.cases.models import Case
from longwatch.cases.services.decisions import record_decision
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.entities.models import Mention
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.exchange.at_rest import unsealed
from longwatch.exchange.models import Export
from longwatch.exchange.services.building import build, file_of
from longwatch.exchange.services.requesting import request_export
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.services.opening import open_incident
from longwatch.records.models import EntryKind
from longwatch.records.reference import RecordRef
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from tests.personas import Cast

LETTER = b"You will regret this.\n"
PROGRAM = b"MZ\x90 a program that nobody should start " * 5
STORY = "Wanda Witness saw Jonas Weber at the gate; call her at +49 30 1234567."


def a_full_case(cast: Cast) -> Case:
    """Led by the lead; the investigator and counsel are members."""
    by = cast.investigator
    with acting_as(by):
        case = open_case(title="Threats against the plant", type="workplace_violence", lead_id=cast.lead.id, by=by)
        add_member(case.id, cast.counsel.id, reason="Advises", by=by)
        record = case_selectors.case_ref(case)
        for kind, value, part in (
            ("person", "Jonas Weber", "subject"), ("person", "Wanda Witness", "witness"),
            ("person", "Rita Reporter", "reporter"), ("email", "wanda@example.org", "witness"),
            ("domain", "evil.example", "indicator"), ("location", "East gate", "scene"),
        ):  # fmt: skip
            add_mention(record, kind=kind, value=value, part=part, by=by)
        add_entry(record, kind=EntryKind.NOTE, text=STORY, by=by)
        add_entry(record, kind=EntryKind.EVENT, text="A letter arrived. =1+1", by=by)
        add_task(record, title="Ask the guard", by=by)
        add_allegation(case.id, text="Jonas Weber threatened a colleague.", by=by)
        record_decision(case.id, what="Ban him from the site.", why="Safety of all.", by=by)
        add_exhibit(record, upload("letter.txt", LETTER), name="", note="From the gate", by=by)
        add_exhibit(record, upload("Wanda Witness statement.txt", b"I saw him."), name="", note="", by=by)
    return case


def a_case_with_a_program(cast: Cast) -> Case:
    """A case with two exhibits, of which the first is dangerous by itself."""
    by = cast.investigator
    with acting_as(by):
        case = open_case(title="A letter with a stick", type="workplace_violence", by=by)
        record = case_selectors.case_ref(case)
        add_mention(record, kind="person", value="Jonas Weber", part="subject", by=by)
        add_mention(record, kind="person", value="Wanda Witness", part="witness", by=by)
        add_exhibit(record, upload("dropper.exe", PROGRAM), name="", note="On the stick", by=by)
        add_exhibit(record, upload("letter.txt", LETTER), name="", note="", by=by)
    return case


def upload(name: str, content: bytes) -> Any:
    """A file as a form brings it."""
    return SimpleUploadedFile(name, content)


def ref(case: Case, cast: Cast) -> RecordRef:
    """The case as services want it."""
    with acting_as(cast.investigator):
        return case_selectors.case_ref(case_selectors.case(case.id))


def mention(case: Case, value: str, cast: Cast) -> UUID:
    """The identifier of somebody whom the case names."""
    with acting_as(cast.investigator):
        return Mention.objects.get(record_id=case.id, value=value).id


def a_full_incident(cast: Cast) -> RecordRef:
    """An incident with people, a note and a file in it."""
    by = cast.investigator
    with acting_as(by):
        incident = open_incident(title="A stranger at the gate", category="WV-03", by=by)
        record = incident_selectors.incident_ref(incident)
        for value, part in (("Jonas Weber", "subject"), ("Wanda Witness", "witness"), ("Rita Reporter", "reporter")):
            add_mention(record, kind="person", value=value, part=part, by=by)
        add_entry(record, kind=EntryKind.NOTE, text=STORY, by=by)
        add_exhibit(record, upload("gate.txt", LETTER), name="", note="", by=by)
    return record


def exported(case: Case, cast: Cast, audience: str = "internal", **more: Any) -> Export:
    """A bundle of the case, made as the job makes it."""
    return bundle_of(ref(case, cast), cast, audience, **more)


def bundle_of(record: RecordRef, cast: Cast, audience: str, **more: Any) -> Export:
    """A bundle of any record, made as the job makes it."""
    by = more.pop("by", cast.investigator)
    with acting_as(by):
        asked = request_export(record, audience=audience, recipient="Ms Court", purpose="The hearing", by=by, **more)
    build(asked.id, by.id)
    with acting_as(by):
        return Export.objects.get(id=asked.id)


def plain(row: Export) -> Path:
    """The bundle as whoever downloads it has it."""
    target = file_of(row).with_suffix(".downloaded")
    with unsealed(file_of(row), row.id) as content:
        target.write_bytes(content.read())
    return target
