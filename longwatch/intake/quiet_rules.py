# SPDX-License-Identifier: Apache-2.0
"""Which alerts are kept quiet, and which rules may say so. Pure functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.core.errors import Invalid
from longwatch.intake.conditions import Condition, Predicate, Said, predicate


class QuietKind(models.TextChoices):
    """Why alerts are kept quiet."""

    NOISE = "noise", gettext_lazy("Known noise")
    MAINTENANCE = "maintenance", gettext_lazy("Planned work")


# Whoever judges signals may silence for a week; longer is for whoever looks after the sources.
DAY = timedelta(days=1)
SHORT = 7 * DAY
LONGEST = {QuietKind.NOISE: timedelta(days=180), QuietKind.MAINTENANCE: timedelta(days=31)}
# Planned work that comes again is a window each time.
MOST_REPEATS = 12
# A sender that changes its mind so often within an hour is flapping, and goes on until it was steady for as long.
FLAPS, FLAP_SECONDS = 4, 3600


@dataclass(frozen=True, slots=True)
class QuietRule:
    """A rule in force, ready to be asked."""

    id: UUID
    holds: Predicate
    up_to: int
    starts_at: datetime
    expires_at: datetime


def quiet_rules(rows: Iterable[Mapping[str, Any]]) -> tuple[QuietRule, ...]:
    """Rules as the database gives them (sql/quiet.sql): times as epoch seconds."""
    return tuple(
        QuietRule(
            UUID(row["id"]), predicate(msgspec.convert(row["conditions"], list[Condition])), row["up_to"],
            datetime.fromtimestamp(row["starts"], UTC), datetime.fromtimestamp(row["expires"], UTC),
        )
        for row in rows
    )  # fmt: skip


def kept_quiet_by(rules: Sequence[QuietRule], says: Callable[[], Said], severity: int, now: datetime) -> UUID | None:
    """The first rule that keeps an alert quiet now; None when it is heard. `says` is asked only when one could."""
    in_force = [rule for rule in rules if rule.up_to >= severity and rule.starts_at <= now < rule.expires_at]
    if not in_force:
        return None
    said = says()
    return next((rule.id for rule in in_force if rule.holds(said)), None)


def refuse_times(kind: str, starts_at: datetime, expires_at: datetime, now: datetime) -> None:
    """Refuse (422) an end that is none, has passed, or is too far away."""
    longest = LONGEST[QuietKind(kind)]
    if expires_at <= now:
        sentence = _("Choose an end that is still to come.")
    elif expires_at <= starts_at:
        sentence = _("Choose an end after the beginning.")
    elif expires_at - max(starts_at, now) > longest:
        sentence = _("Choose an end within %(days)s days.") % {"days": longest.days}
    else:
        return
    raise Invalid(sentence, fields={"expires_at": sentence})


def is_short(starts_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether whoever judges signals may silence for so long."""
    return expires_at - min(starts_at, now) <= SHORT


def is_flapping(changes: Sequence[int], now: datetime) -> bool:
    """Whether a sender changed between open and closed too often, and was not steady since; `changes` in epoch
    seconds, oldest first."""
    if not changes or now.timestamp() - changes[-1] > FLAP_SECONDS:
        return False
    return sum(changes[-1] - each <= FLAP_SECONDS for each in changes) >= FLAPS
