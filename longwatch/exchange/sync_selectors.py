# SPDX-License-Identifier: Apache-2.0
"""Reads about telling senders; row security shows them to whoever manages sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.exchange.services.syncing import sync_of
from longwatch.exchange.sync_models import LetterState, SenderSync, SyncLetter
from longwatch.exchange.sync_rules import Occasion
from longwatch.intake.models import Signal

HAPPENED: dict[str, str | Promise] = {
    Occasion.DISMISSED.value: _("Dismissed"),
    Occasion.TAKEN.value: _("Part of an incident or case"),
    Occasion.CLOSED.value: _("Its incident closed"),
    Occasion.REOPENED.value: _("To be judged again"),
}
MOST_LETTERS = 100
# Counting stops there.
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Letter:
    """What is or was to be told; the signal's title only for who may read it."""

    row: SyncLetter
    title: str

    @property
    def state(self) -> str:
        """What became of it, in words."""
        return str(LetterState(self.row.state).label)

    @property
    def happened(self) -> str:
        """What happened, in words."""
        return str(HAPPENED[self.row.occasion])


def sync(source_id: UUID, by: Actor) -> SenderSync:
    """What is set up for a source; refuses one for which nothing is."""
    found = sync_of(source_id, by)
    if found is None:
        raise NotFound
    return found


def letters(row: SenderSync, by: Actor, *, states: Sequence[str] = (LetterState.REFUSED,)) -> list[Letter]:
    """The newest of these states."""
    found = list(SyncLetter.objects.filter(sync=row, state__in=states).order_by("-entry_id", "-call")[:MOST_LETTERS])
    seen = dict[UUID, str]()
    if by.may(Permission.SIGNAL_READ):
        seen = dict(Signal.objects.filter(id__in={each.signal_id for each in found}).values_list("id", "title"))
    return [Letter(each, seen.get(each.signal_id, "")) for each in found]


def counted(row: SenderSync, state: str) -> int:
    """How many there are of a state; not counted beyond ten thousand."""
    return len(SyncLetter.objects.filter(sync=row, state=state).values_list("id")[:MOST_COUNTED])
