# SPDX-License-Identifier: Apache-2.0
"""What may become of what; pure."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from longwatch.core.errors import Conflict, Invalid
from longwatch.core.words import LONGEST_REASON
from longwatch.lifecycle.models import (
    Disposal,
    DisposalStatus,
    FindingChoice,
    FindingGround,
    Outcome,
    RequestKind,
    SubjectRequest,
)
from longwatch.lifecycle.retention import MOST_DAYS, MOST_YEARS

LONGEST_MATTER = 200
LONGEST_EXTRACT = 50_000
MOST_WORDS, SHORTEST_WORD = 20, 3


def refuse_held(held: bool) -> None:
    """Nothing under legal hold goes (GDPR art. 17(3)(e) for requests)."""
    if held:
        sentence = "A legal hold covers this record: nothing of it can go until counsel releases it."
        raise Conflict(sentence, code="under_hold")


def refuse_erasing(going: bool) -> None:
    """A record whose content goes, or is gone, stays closed."""
    if going:
        sentence = "The content of this record was erased, or is about to be. It stays closed; open a new one instead."
        raise Conflict(sentence, code="record_erased")


def outcome_in(value: str, *, keeping: bool = False) -> Outcome:
    """An outcome; refuses (422) an unknown one."""
    if value not in (Outcome.ANONYMISE, Outcome.DISPOSE) and not (keeping and value == Outcome.KEEP):
        raise Invalid("Choose what becomes of it.", fields={"outcome": "Choose one of the outcomes."})
    return Outcome(value)


def years_in(value: int) -> int:
    """A number of years; refuses (422) none and too many."""
    if not 1 <= value <= MOST_YEARS:
        raise Invalid("Write a number of years.", fields={"years": f"Use 1 to {MOST_YEARS} years."})
    return value


def days_in(value: int) -> int:
    """A number of days; refuses (422) none and too many."""
    if not 1 <= value <= MOST_DAYS:
        raise Invalid("Write a number of days.", fields={"days": f"Use 1 to {MOST_DAYS} days."})
    return value


def day_ahead(value: date | None, today: date) -> date:
    """Until when to keep; refuses (422) a day that is not ahead."""
    if value is None or value <= today:
        raise Invalid("Say until when it is kept.", fields={"until": "Choose a day after today."})
    return value


def refuse_decided(row: Disposal) -> None:
    """A disposal is decided once."""
    if row.status != DisposalStatus.PROPOSED:
        raise Conflict("This disposal is decided already.", code="disposal_decided")


def refuse_idle(row: Disposal) -> None:
    """Only what was agreed to and is not over is carried out."""
    if row.status not in (DisposalStatus.APPROVED, DisposalStatus.RUNNING):
        raise Conflict("Nothing of this disposal waits to be carried out.", code="nothing_to_carry_out")


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of a month that is too short."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def received_in(value: date | None, today: date) -> date:
    """When a request came; refuses (422) none and a day that is still to come."""
    if value is None or value > today:
        raise Invalid("Say when it was received.", fields={"received_on": "Choose today or a day before."})
    return value


def later_due(row: SubjectRequest, until: date | None) -> date:
    """Until when an answer may take, three months in all (GDPR art. 12(3)); refuses (409) a second extension."""
    latest = months_after(row.received_on, 3)
    if row.is_extended:
        raise Conflict("The time for this request was extended already.", code="extended_already")
    if until is None or not row.due_on < until <= latest:
        sentence = f"Choose a day after {row.due_on.isoformat()}, up to {latest.isoformat()}."
        raise Invalid("Say until when it is extended.", fields={"until": sentence})
    return until


def choices_for(kind: str) -> list[FindingChoice]:
    """What can be decided about a finding of a request."""
    if kind == RequestKind.ACCESS:
        return [FindingChoice.DISCLOSE, FindingChoice.REDACT, FindingChoice.WITHHOLD]
    return [FindingChoice.COMPLY, FindingChoice.WITHHOLD]


def refuse_undecidable(kind: str, choice: str, ground: str, extract: str) -> None:
    """A decision is one of those that fit, a withholding has its ground, a disclosure its text; else 422."""
    fields = {}
    if choice not in choices_for(kind):
        fields["choice"] = "Choose what becomes of it."
    if choice == FindingChoice.WITHHOLD and ground not in FindingGround.values:
        fields["ground"] = "Choose the ground that the person will read."
    if choice in (FindingChoice.DISCLOSE, FindingChoice.REDACT) and not extract.strip():
        fields["extract"] = "Write what the person gets to read."
    if len(extract) > LONGEST_EXTRACT:
        fields["extract"] = f"Use at most {LONGEST_EXTRACT} characters."
    if fields:
        raise Invalid("Nothing was decided: something is missing.", fields=fields)


def refuse_answered(row: SubjectRequest) -> None:
    """What was answered is closed."""
    if not row.is_open:
        raise Conflict("This request is answered already.", code="request_answered")


def refuse_undecided(waiting: int) -> None:
    """A request is answered when all that was found is decided."""
    if waiting:
        gap = "1 record waits for a decision." if waiting == 1 else f"{waiting} records wait for a decision."
        raise Conflict(f"This cannot be answered yet. {gap}", code="undecided", gaps=[gap])


def words_in(words: Sequence[str]) -> list[str]:
    """What a person is called; refuses (422) nothing, what is too short to be anybody, and too much."""
    tidy = list(dict.fromkeys(each.strip() for each in words if each.strip()))
    if not tidy or len(tidy) > MOST_WORDS or any(not SHORTEST_WORD <= len(each) <= LONGEST_REASON for each in tidy):
        sentence = f"Write one to {MOST_WORDS} names, addresses or numbers of at least {SHORTEST_WORD} characters."
        raise Invalid("This names nobody.", fields={"words": sentence})
    return tidy
