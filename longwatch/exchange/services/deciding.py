# SPDX-License-Identifier: Apache-2.0
"""Decisions about single items: withheld from an audience, or released to it, each for a reason."""

from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.models import Compartment
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.exchange import selectors
from longwatch.exchange.audiences import PROFILES, Audience, Choice, Ground
from longwatch.exchange.content import find_record, read_content
from longwatch.exchange.events import ItemDecided, ItemDecisionEnded
from longwatch.exchange.models import ItemDecision
from longwatch.exchange.redaction import Judged, redact
from longwatch.records.reference import RecordRef

LONGEST_REASON = 500


@transaction.atomic
def decide_item(  # noqa: PLR0913 - what a decision is made of
    record: RecordRef, *, audience: str, item_kind: str, item_id: str, choice: str, ground: str = "", reason: str,
    by: Actor,
) -> ItemDecision:  # fmt: skip
    """Withhold an item from an audience, or release it; it holds for every later bundle. An earlier decision ends.

    Refuses (409) what no decision can let out.
    """
    require(by, Permission.RECORD_EXPORT)
    wanted = _checked(audience, choice, ground, reason)
    judged = _judged(record, wanted, item_kind, item_id, by)
    if not judged.open:
        raise Conflict("This never leaves with this bundle, whatever is decided.", code="never_out")
    before = selectors.decisions(record.id, wanted).get((item_kind, item_id))
    if before is not None:
        _end(before, by)
    row = ItemDecision(
        org_id=record.org_id, compartment_id=_compartment(record, judged), record_kind=record.kind,
        record_id=record.id, audience=wanted, item_kind=item_kind, item_id=item_id, choice=choice,
        ground=ground if choice == Choice.WITHHOLD else "", reason=reason.strip(), decided_by_id=by.id,
    )  # fmt: skip
    event = ItemDecided(
        subject_id=row.id, record_id=record.id, compartment_id=row.compartment_id, audience=wanted,
        item_kind=item_kind, item_id=item_id, choice=choice, ground=row.ground, reason=row.reason,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def end_decision(record: RecordRef, decision_id: UUID, *, by: Actor) -> ItemDecision:
    """Take a decision back: the rules of the audience hold again."""
    require(by, Permission.RECORD_EXPORT)
    row = ItemDecision.objects.select_for_update().filter(id=decision_id, record_id=record.id, ended_at=None).first()
    if row is None:
        raise NotFound
    return _end(row, by)


def _end(row: ItemDecision, by: Actor) -> ItemDecision:
    row.ended_at = clock.now()
    event = ItemDecisionEnded(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, audience=row.audience,
        item_kind=row.item_kind, item_id=row.item_id,
    )  # fmt: skip
    return ledger.record(event, by=by, row=row, fields=["ended_at"])


def _checked(audience: str, choice: str, ground: str, reason: str) -> Audience:
    fields = {}
    if audience not in Audience.values:
        fields["audience"] = "Choose one of the audiences."
    if choice not in Choice.values:
        fields["choice"] = "Choose to withhold or to release."
    if choice == Choice.WITHHOLD and ground not in Ground.values:
        fields["ground"] = "Choose the ground that the audience will read."
    if not reason.strip():
        fields["reason"] = "Write why; the audience does not read it."
    elif len(reason.strip()) > LONGEST_REASON:
        fields["reason"] = f"Use at most {LONGEST_REASON} characters."
    if fields:
        raise Invalid("Nothing was decided: something is missing.", fields=fields)
    return Audience(audience)


def _judged(record: RecordRef, audience: Audience, item_kind: str, item_id: str, by: Actor) -> Judged:
    _ref, row, reader = find_record(record.kind, record.id, by)
    content = read_content(record, row, reader)
    counsel = by.may(Permission.PRIVILEGE_WORK)
    release = redact(content.items, PROFILES[audience], {}, staff=content.staff, by_counsel=counsel)
    found = next((each for each in release.judged if (each.item.kind, each.item.id) == (item_kind, item_id)), None)
    if found is None:
        raise NotFound
    return found


def _compartment(record: RecordRef, judged: Judged) -> UUID:
    inner = Compartment.objects.filter(record_id=record.id, section=judged.item.section).values_list("id", flat=True)
    return inner.first() or record.compartment_id
