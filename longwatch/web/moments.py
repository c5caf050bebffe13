# SPDX-License-Identifier: Apache-2.0
"""Times and durations in words."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WORDS_UNTIL = 7 * DAY


def relative_words(moment: datetime, now: datetime) -> str:
    """How long ago or ahead in a few words; a date when it is a week or more away."""
    seconds = int((now - moment).total_seconds())
    if abs(seconds) >= WORDS_UNTIL:
        return formats.date_format(timezone.localtime(moment), "j M Y")
    if abs(seconds) < MINUTE:
        return _("just now") if seconds >= 0 else _("in under a minute")
    span = span_words(abs(seconds))
    return _("%(span)s ago") % {"span": span} if seconds > 0 else _("in %(span)s") % {"span": span}


def day_words(moment: datetime) -> str:
    """The day of a moment in UTC, such as "22 Nov 2026"."""
    return f"{moment.day} {MONTHS_3[moment.month].title()} {moment:%Y}"


def span_words(seconds: int) -> str:
    """The largest unit of a span: minutes, hours or days."""
    if seconds < HOUR:
        return _("%(count)s min") % {"count": seconds // MINUTE}
    if seconds < DAY:
        return _("%(count)s h") % {"count": seconds // HOUR}
    days = seconds // DAY
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def duration_words(span: timedelta) -> str:
    """A duration in its two largest units, such as "2 h 14 min"; the smaller one only when there is any of it."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < MINUTE:
        return _("%(count)s s") % {"count": seconds}
    if seconds < HOUR:
        return span_words(seconds)
    hours, minutes = divmod(seconds // MINUTE, 60)
    if seconds < DAY:
        return (
            _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes} if minutes else span_words(seconds)
        )
    days, hours = divmod(hours, 24)
    return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours} if hours else span_words(seconds)


def absolute_words(moment: datetime) -> str:
    """Date, time and zone in the reader's time zone, such as "22 Nov 2026, 14:02:11 CET"."""
    local = timezone.localtime(moment)
    # As formats.date_format(local, "j M Y, H:i:s") says it, at a tenth of the cost: a list has fifty of these.
    return f"{local.day} {MONTHS_3[local.month].title()} {local:%Y, %H:%M:%S} {local.tzname() or ''}".rstrip()
