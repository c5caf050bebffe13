# SPDX-License-Identifier: Apache-2.0
"""Judging many signals at once: one transaction, one event each, and a list of what was left out and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from longwatch.access.selectors import hold_people
from longwatch.core.errors import Conflict, NotFound
from longwatch.intake import triage_rules as rules
from longwatch.intake.models import Signal


@dataclass(frozen=True, slots=True)
class Skipped:
    """A signal that was left as it is, and why."""

    id: UUID
    why: str
    code: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of many signals."""

    done: tuple[Signal, ...]
    skipped: tuple[Skipped, ...]


@transaction.atomic
def judge_many(
    signal_ids: Sequence[UUID], judge: Callable[[UUID], Signal], *, given_to: Iterable[UUID | None] = ()
) -> Judged:
    """Apply one act to at most 200 signals; those a rule refuses are skipped, a missing permission refuses all.

    Two people who choose the same rows wait for each other instead of locking each other out.
    """
    hold_people(*given_to)
    wanted = sorted(set(signal_ids))
    rules.refuse_many(len(wanted))
    lock_as_arrivals_do(wanted)
    done: list[Signal] = []
    skipped: list[Skipped] = []
    for signal_id in wanted:
        try:
            done.append(judge(signal_id))
        except (Conflict, NotFound) as refusal:
            skipped.append(Skipped(signal_id, refusal.sentence, refusal.code))
    return Judged(tuple(done), tuple(skipped))


def lock_as_arrivals_do(signal_ids: Sequence[UUID]) -> None:
    """Lock many signals in the order in which all that arrives takes them, so that neither waits for ever."""
    rows = Signal.objects.select_for_update(no_key=True).filter(id__in=signal_ids).order_by("source_id", "dedup_key")
    list(rows.values_list("id"))
