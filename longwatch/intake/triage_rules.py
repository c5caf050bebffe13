# SPDX-License-Identifier: Apache-2.0
"""When a signal may be judged, and how; pure questions over plain values."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from longwatch.core.errors import Conflict, Invalid
from longwatch.intake.models import DismissReason, SignalStatus
from longwatch.records.models import RecordKind

IN_INBOX = (SignalStatus.NEW, SignalStatus.ACKNOWLEDGED)
MOST_AT_ONCE = 200
LONGEST_NOTE = 500
LONGEST_SNOOZE = timedelta(days=366)
# Which entity a row shows first: what the signal is about before what merely appears in it.
PARTS_THAT_MATTER = ("subject", "respondent", "indicator", "affected", "scene")


class KeyIsOpen(Conflict):
    """A newer signal with the same key is open, so the old one cannot be."""

    default_code = "key_is_open"

    def __init__(self, open_id: UUID) -> None:
        super().__init__(
            _("A newer signal with the same key is open. Judge that one; this one stays in its history."),
            gaps=[f"/signals/{open_id}"],
        )
        self.open_id = open_id


def refuse_unless_in_inbox(status: str) -> None:
    """Refuse (409) a signal that was judged already."""
    if status in (SignalStatus.IN_INCIDENT, SignalStatus.IN_CASE):
        raise Conflict(
            _("This signal already belongs to an incident or case. Take it out there first."), code="signal_placed"
        )
    if status == SignalStatus.DISMISSED:
        raise Conflict(_("This signal was already dismissed. Reopen it first."), code="signal_dismissed")


def known_reason(reason: str) -> DismissReason:
    """The reason; refuses (422) unknown ones, and a duplicate that does not say of what."""
    if reason not in DismissReason.values:
        raise Invalid(_("Choose why it is dismissed."), fields={"reason": _("Choose one of the reasons.")})
    if reason == DismissReason.DUPLICATE:
        sentence = _("Name the signal that this one repeats.")
        raise Invalid(sentence, fields={"reason": sentence}, code="duplicate_of_what")
    return DismissReason(reason)


def fitting_note(note: str) -> str:
    """The trimmed note; refuses (422) one that is too long."""
    if len(note.strip()) > LONGEST_NOTE:
        sentence = _("Use at most %(count)s characters.") % {"count": LONGEST_NOTE}
        raise Invalid(_("The note is too long."), fields={"note": sentence})
    return note.strip()


def refuse_snooze(until: datetime, now: datetime) -> None:
    """Refuse (422) a time that has passed or is more than a year away."""
    if until <= now:
        sentence = _("Choose a time that is still to come.")
    elif until - now > LONGEST_SNOOZE:
        sentence = _("Choose a time within a year.")
    else:
        return
    raise Invalid(sentence, fields={"until": sentence})


def refuse_duplicate(signal_id: UUID, of_id: UUID, of_duplicate_of: UUID | None) -> None:
    """Refuse (409) a signal as its own duplicate, directly or round a corner."""
    if signal_id == of_id:
        raise Conflict(_("A signal cannot be a duplicate of itself."), code="own_duplicate")
    if of_duplicate_of == signal_id:
        raise Conflict(_("The other signal is already marked as a duplicate of this one."), code="own_duplicate")


def refuse_placing(status: str, kind: RecordKind) -> None:
    """Refuse (409) what cannot become part of a record: dismissed ones, and a second incident."""
    if status == SignalStatus.DISMISSED:
        raise Conflict(_("This signal was dismissed. Reopen it first."), code="signal_dismissed")
    if status == SignalStatus.IN_INCIDENT and kind == RecordKind.INCIDENT:
        raise Conflict(
            _("This signal already belongs to another incident. Take it out there first."), code="signal_placed"
        )


def placed_status(before: str, kind: RecordKind) -> SignalStatus:
    """The status in a record; an incident counts more than a case, because it is handled now."""
    if kind == RecordKind.INCIDENT or before == SignalStatus.IN_INCIDENT:
        return SignalStatus.IN_INCIDENT
    return SignalStatus.IN_CASE


def status_back_in_inbox(assigned: bool, still_in: Sequence[str] = ()) -> SignalStatus:
    """The status of a signal that comes back: what still holds it, else whether somebody has it in hand."""
    if RecordKind.INCIDENT in still_in:
        return SignalStatus.IN_INCIDENT
    if RecordKind.CASE in still_in:
        return SignalStatus.IN_CASE
    return SignalStatus.ACKNOWLEDGED if assigned else SignalStatus.NEW


def ends_when_released(status: str, holders: Mapping[str, bool]) -> bool:
    """Whether a signal that left a record is closed: only closed cases hold it. Incidents close their own signals."""
    return status == SignalStatus.IN_CASE and holders.get(RecordKind.CASE, False)


def refuse_many(count: int) -> None:
    """Refuse (422) nothing and more than the limit at once."""
    if count < 1:
        raise Invalid(_("Choose at least one signal."), fields={"ids": _("Choose at least one signal.")})
    if count > MOST_AT_ONCE:
        sentence = _("Choose at most %(count)s signals at once.") % {"count": MOST_AT_ONCE}
        raise Invalid(sentence, fields={"ids": sentence})


def entity_that_matters(entities: Sequence[Mapping[str, str]]) -> Mapping[str, str] | None:
    """The one entity a row has room for."""
    ranks = {part: place for place, part in enumerate(PARTS_THAT_MATTER)}

    def rank(entity: Mapping[str, str]) -> tuple[bool, int]:
        # A hash says nothing to people; anything that has a name comes first.
        return entity.get("kind") == "file_hash", ranks.get(entity.get("part", ""), len(ranks))

    return min(entities, key=rank, default=None)
