# SPDX-License-Identifier: Apache-2.0
"""What may become of what; pure."""

from datetime import date

from longwatch.core.errors import Conflict, Invalid
from longwatch.lifecycle.models import Disposal, DisposalStatus, Outcome
from longwatch.lifecycle.retention import MOST_YEARS

LONGEST_REASON = 500
LONGEST_MATTER = 200


def written(text: str, name: str, sentence: str, longest: int = LONGEST_REASON) -> str:
    """What somebody wrote, without space around it; refuses (422) nothing and too much."""
    tidy = text.strip()
    if not tidy:
        raise Invalid(sentence, fields={name: sentence})
    if len(tidy) > longest:
        raise Invalid("This is too long.", fields={name: f"Use at most {longest} characters."})
    return tidy


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
    if value not in Outcome.values or (value == Outcome.KEEP and not keeping):
        raise Invalid("Choose what becomes of it.", fields={"outcome": "Choose one of the outcomes."})
    return Outcome(value)


def years_in(value: int) -> int:
    """A number of years; refuses (422) none and too many."""
    if not 1 <= value <= MOST_YEARS:
        raise Invalid("Write a number of years.", fields={"years": f"Use 1 to {MOST_YEARS} years."})
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
