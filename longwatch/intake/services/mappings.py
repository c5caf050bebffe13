# SPDX-License-Identifier: Apache-2.0
"""Mappings that people make: saved only when their own samples pass, never forgotten."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import thread_time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, Stale, refuse_stale
from longwatch.intake import mapping_selectors, selectors
from longwatch.intake.mapping import Whole, format_names, understand_whole
from longwatch.intake.mapping.catalogue import builtin
from longwatch.intake.mapping.checking import differences, pieces_with
from longwatch.intake.mapping.model import MappingFile, Sample
from longwatch.intake.mapping.own import OwnReading, own_reading, read_own
from longwatch.intake.mapping_events import MappingRetired, MappingSaved
from longwatch.intake.mapping_models import MappingVersion

LONGEST_NOTE = 500
# Of the processor's time, for one sample; records that cannot be read faster would keep others waiting.
MOST_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What is asked for: the file, a word about what changed, and of a new mapping where it belongs."""

    text: str
    note: str = ""
    compartment_id: UUID | None = None


def read_with(
    text: str, raw: bytes, *, zone: str = "UTC", received_at: datetime | None = None, source_name: str = ""
) -> Whole:
    """What a mapping, saved or not, makes of bytes; refuses a mapping that cannot work, and bytes that cannot be read.

    Nothing is stored.
    """
    own = own_reading(read_own(text))
    return understand_whole(raw, zone=zone, received_at=received_at, source_name=source_name, own=own)


@transaction.atomic
def make_mapping(wanted: NewVersion, *, by: Actor) -> MappingVersion:
    """Keep a new mapping with its samples; refuses (422) one whose samples do not give what they should, (409) a name
    that is taken.
    """
    require(by, Permission.SIGNAL_TRIAGE)
    file = passing(wanted.text)
    if file.name in format_names():
        raise _taken(_("This is the name of a format that comes with the system. Choose another."))
    compartment_id = _compartment(wanted.compartment_id)
    if MappingVersion.objects.filter(compartment_id=compartment_id, name=file.name).exists():
        raise _taken(_("There is a mapping of this name already. Choose another."))
    row = MappingVersion(org_id=by.org_id, compartment_id=compartment_id, name=file.name, number=1)
    return _saved(row, file, wanted, by)


@transaction.atomic
def change_mapping(
    mapping_id: UUID, wanted: NewVersion, *, by: Actor, expected_number: int | None = None
) -> MappingVersion:
    """Keep another version, which reads from now on; running processes follow within half a minute.

    A mapping that a source is read with is changed by whoever manages sources (403). Refuses (412) when somebody else
    saved meanwhile, (422) samples that do not pass, and another name.
    """
    before = _locked(mapping_id, by)
    refuse_stale(before.number, expected_number)
    file = passing(wanted.text)
    if file.name != before.name:
        sentence = _("The name stays %(name)s: signals say which mapping read them.") % {"name": before.name}
        raise Invalid(sentence, fields={"name": sentence})
    if before.text == wanted.text and before.retired_at is None:
        return before
    row = MappingVersion(
        org_id=by.org_id, compartment_id=before.compartment_id, mapping_id=mapping_id, name=before.name,
        number=before.number + 1,
    )  # fmt: skip
    return _saved(row, file, wanted, by)


@transaction.atomic
def restore_version(mapping_id: UUID, number: int, *, by: Actor) -> MappingVersion:
    """Read with an earlier version again: it is kept once more, as the newest."""
    earlier = mapping_selectors.mapping(by, mapping_id, number)
    note = _("As version %(number)s was") % {"number": number}
    return change_mapping(mapping_id, NewVersion(text=earlier.text, note=note), by=by)


@transaction.atomic
def retire_mapping(mapping_id: UUID, *, by: Actor, expected_number: int | None = None) -> MappingVersion:
    """Read nothing with it any more; refuses (409) while a source names it. Twice changes nothing."""
    row = _locked(mapping_id, by)
    refuse_stale(row.number, expected_number)
    if row.retired_at is not None:
        return row
    if used := mapping_selectors.read_by(by, row):
        names = ", ".join(source.name for source in used)
        raise Conflict(_("Give %(names)s another format first.") % {"names": names}, code="mapping_in_use")
    row.retired_at = clock.now()
    event = MappingRetired(subject_id=row.id, compartment_id=row.compartment_id, mapping=row.name)
    return ledger.record(event, by=by, row=row, fields=["retired_at"])


def passing(text: str) -> MappingFile:
    """The mapping, when each of its samples gives what it should, soon enough; refuses (422) what does not."""
    file = read_own(text)
    if not file.sample:
        sentence = _("Keep at least one sample with what it must give, as a test.")
        raise Invalid(sentence, fields={"sample": sentence})
    own = own_reading(file)
    wrong = [sentence for sample in file.sample for sentence in _wrong_with(sample, own)]
    if wrong:
        raise Invalid(
            _("A sample does not give what it should: %(first)s") % {"first": wrong[0]},
            fields={"sample": " ".join(wrong[:10])},
        )
    return file


def _wrong_with(sample: Sample, own: OwnReading) -> Sequence[str]:
    # Read once in a process, which is nothing that the mapping does.
    builtin()
    begun = thread_time()
    found = differences(sample, lambda each: pieces_with(each, own))
    if thread_time() - begun > MOST_SECONDS:
        return [_("%(name)s: it takes too long to read.") % {"name": sample.name}]
    return found


def _saved(row: MappingVersion, file: MappingFile, wanted: NewVersion, by: Actor) -> MappingVersion:
    row.title, row.text, row.account_id = file.title, wanted.text, by.id
    row.sha256 = hashlib.sha256(wanted.text.encode()).digest()
    row.note = " ".join(wanted.note.split())[:LONGEST_NOTE]
    event = MappingSaved(
        subject_id=row.id, compartment_id=row.compartment_id, mapping=row.name, number=row.number,
        sha256=row.sha256.hex(), note=row.note,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return ledger.record_created(event, by=by, row=row)
    except IntegrityError as error:
        # Somebody saved in the same moment.
        raise Stale(_("Somebody else saved this mapping in the same moment. Look at it again.")) from error


def _locked(mapping_id: UUID, by: Actor) -> MappingVersion:
    row = mapping_selectors.versions(by, mapping_id).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    if mapping_selectors.read_by(by, row):
        require(by, Permission.SOURCE_MANAGE)
    return row


def _taken(sentence: str) -> Conflict:
    return Conflict(sentence, code="name_taken")


def _compartment(wanted: UUID | None) -> UUID:
    possible = [identity for identity, _name in selectors.reading_compartments()]
    if wanted is None and possible:
        return possible[0]
    if wanted is None or wanted not in possible:
        sentence = _("Choose one of the compartments whose signals you read.")
        raise Invalid(sentence, fields={"compartment_id": sentence})
    return wanted
