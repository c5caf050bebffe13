# SPDX-License-Identifier: Apache-2.0
"""What was done, what it is linked to, what risk remains: rules over plain facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.core.discretion import is_only_day
from longwatch.records.briefing import (
    Anchors,
    Question,
    Section,
    Statement,
    Weight,
    bounded_difference,
    clipped,
    gap,
    in_order,
    listed,
    section,
    unknown,
)  # fmt: skip
from longwatch.records.briefing_facts import Change, KnownRecord, OpenTask, RecordFacts, Shared, Surroundings, Tie
from longwatch.records.briefing_happened import said_statement
from longwatch.records.briefing_known import moment_words
from longwatch.records.models import LinkKind
from longwatch.records.sentences import SENTENCES, Sentence, sentence_of

MOST_BEFORE = 8
# A link read from its other end.
READ_BACK = {
    LinkKind.HANDLED_IN: gettext_lazy("handles"),
    LinkKind.RAISED: gettext_lazy("was raised by"),
    LinkKind.DUPLICATE: gettext_lazy("has as a duplicate"),
    LinkKind.BELONGS: gettext_lazy("holds"),
    LinkKind.PARENT: gettext_lazy("is part of"),
}


def what_was_done(
    facts: RecordFacts,
    catalogue: Mapping[str, Sentence],
    anchors: Anchors,
    *,
    decided: Sequence[Statement] = (),
    approvals: Sequence[Statement] = (),
) -> Section:
    """Changes, finished tasks and decisions in order of time, each with who did it; then who approved what."""
    known = {**SENTENCES, **catalogue}
    changes = [change_statement(each, known, anchors) for each in (*facts.changes, *facts.task_changes)]
    said = [said_statement(each, anchors) for each in facts.decisions]
    done = in_order([*changes, *said, *decided]) or [unknown(_("No action has been recorded yet."))]
    left = bounded_difference(facts.changes_total + facts.task_changes_total, len(changes))
    return section(
        Question.DONE, [*done, *approvals], nothing="",
        more=_("In the timeline, not shown here: %(count)s earlier changes") % {"count": left} if left else "",
        more_url=anchors.timeline,
    )  # fmt: skip


def change_statement(change: Change, catalogue: Mapping[str, Sentence], anchors: Anchors) -> Statement:
    """A change as the timeline says it."""
    text = clipped(sentence_of(change.action, change.fields, catalogue))
    return Statement(
        text=text,
        at=change.at,
        only_day=is_only_day(change.at),
        url=anchors.entry(change.id, change.at),
        person=change.actor,
    )


def linked_before(opened_at: datetime, facts: RecordFacts, around: Surroundings) -> Section:
    """Links first named, then earlier concerns about the same people and things, oldest first."""
    tied = {tie.other_id for tie in facts.ties}
    ties = [_tie(tie, around.known) for tie in facts.ties]
    shared = [each for each in around.shared if each.record_id not in tied and each.record_id in around.known]
    named = [_shared(each, around.known[each.record_id], opened_at) for each in shared]
    before = in_order([*ties, *named])
    left = bounded_difference(facts.ties_total + len(shared), min(len(before), MOST_BEFORE))
    return section(
        Question.BEFORE, before[:MOST_BEFORE],
        nothing=_("No earlier record or signal that you may see is linked or names the same people or things."),
        more=_left_words(left, around.shared_more),
    )  # fmt: skip


def _left_words(left: str, more: bool) -> str:
    """How many are not shown; when not everything was looked at, no number pretends to be exact."""
    if more and left:
        return _("Not shown here: %(count)s or more that name the same people or things") % {"count": left}
    if more:
        return _("There may be more signals that name the same people or things.")
    return _("Not shown here: %(count)s more") % {"count": left} if left else ""


def _tie(tie: Tie, known: Mapping[UUID, KnownRecord]) -> Statement:
    other = known.get(tie.other_id)
    kind = LinkKind(tie.kind)
    how = str(kind.label if tie.outgoing else READ_BACK.get(kind, kind.label))
    text = _("This %(how)s %(other)s") % {"how": how, "other": _name(other) if other else clipped(tie.other_name, 160)}
    if tie.reason:
        text = f"{text}: {clipped(tie.reason, 160)}"
    since = other.since if other else tie.since
    return Statement(text=text, at=since, only_day=is_only_day(since), url=other.url if other else "")


def _name(record: KnownRecord) -> str:
    status = f" ({record.status_word.lower()})" if record.status_word else ""
    title = f"“{clipped(record.title, 120)}”" if record.title else ""
    return " ".join(part for part in (record.kind_word, record.name, title) if part) + status


def _shared(shared: Shared, record: KnownRecord, opened_at: datetime) -> Statement:
    words = {"record": _name(record), "names": listed([clipped(value, 80) for value in shared.values])}
    earlier = record.since < opened_at
    text = _("%(record)s already named %(names)s") if earlier else _("Since then, %(record)s names %(names)s too")
    said = text % words
    return Statement(
        text=said[:1].upper() + said[1:], at=record.since, only_day=is_only_day(record.since), url=record.url
    )


def open_task_gaps(facts: RecordFacts, now: datetime, anchors: Anchors) -> list[Statement]:
    """Open tasks that are late or nobody's, each as a gap; the others as one sentence."""
    pressing = [task for task in facts.tasks if _overdue(task, now) or not task.owner]
    gaps = [_task(task, now, anchors) for task in pressing]
    left = bounded_difference(facts.tasks_total, len(pressing))
    words = _("Other open tasks: %(count)s") if gaps else _("Open tasks: %(count)s")
    return [*gaps, Statement(text=words % {"count": left}, url=anchors.record_url)] if left else gaps


def _overdue(task: OpenTask, now: datetime) -> bool:
    return task.due_at is not None and task.due_at < now


def _task(task: OpenTask, now: datetime, anchors: Anchors) -> Statement:
    words = {"title": clipped(task.title, 160), "owner": task.owner or _("nobody")}
    if task.due_at is not None and _overdue(task, now):
        words["due"] = moment_words(task.due_at)
        text = _("Task overdue since %(due)s: “%(title)s” (owner: %(owner)s)") % words
    else:
        text = _("Task without an owner: “%(title)s”") % words
    return gap(text, url=anchors.row(task.version, task.created_at))


def risk(statements: Sequence[Statement]) -> Section:
    """What remains; an empty answer is an unknown, never a reassurance."""
    return section(Question.RISK, statements, nothing=_("What risk remains has not been assessed."))


def paragraph(label: str, text: str) -> list[Statement]:
    """A labelled passage in somebody's own words, when there is one."""
    return [Statement(text=f"{label}: {clipped(text, 600)}", weight=Weight.FACT)] if text.strip() else []
