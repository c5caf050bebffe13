# SPDX-License-Identifier: Apache-2.0
"""What people teach: that an entity never holds a group together, or always does. The engine asks before each round."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.grouping import selectors
from longwatch.grouping.events import LessonEnded, LessonTaught
from longwatch.grouping.models import Lesson, LessonKind

LONGEST_REASON = 300


@transaction.atomic
def teach(group_id: UUID, entity_id: UUID, kind: str, reason: str, *, by: Actor) -> Lesson:
    """Teach about an entity of a group, for its compartment; refuses to teach without a reason, and twice."""
    group = selectors.group(group_id)
    require(by, Permission.SIGNAL_TRIAGE)
    label = selectors.labels_of(group.id).get(str(entity_id))
    if label is None:
        raise NotFound
    if kind not in LessonKind.values:
        raise Invalid(_("Choose never or always."), fields={"kind": _("Choose never or always.")})
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    if Lesson.objects.filter(compartment_id=group.compartment_id, entity_id=entity_id, ended_at=None).exists():
        raise Conflict(_("Something was taught about it already. End that first."), code="already_taught")
    lesson = Lesson(
        org_id=group.org_id, compartment_id=group.compartment_id, kind=kind, entity_id=entity_id, label=label[:300],
        reason=why, taught_by_id=by.id,
    )  # fmt: skip
    event = LessonTaught(
        subject_id=lesson.id, compartment_id=lesson.compartment_id, kind=kind, entity=lesson.label, reason=why
    )
    return ledger.record_created(event, by=by, row=lesson)


@transaction.atomic
def end_lesson(lesson_id: UUID, *, expected_version: int | None = None, by: Actor) -> Lesson:
    """Let what was taught hold no more; ending it twice changes nothing."""
    lesson = Lesson.objects.select_for_update().filter(id=lesson_id).first()
    if lesson is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    refuse_stale(lesson.version, expected_version)
    if lesson.ended_at is not None:
        return lesson
    lesson.ended_at = clock.now()
    event = LessonEnded(
        subject_id=lesson.id, compartment_id=lesson.compartment_id, kind=lesson.kind, entity=lesson.label
    )
    return ledger.record(event, by=by, row=lesson, fields=["ended_at"])
