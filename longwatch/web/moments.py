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
TO = "\N{EN DASH}"


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
    return _date(moment)


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
    return f"{_date(local)}, {local:%H:%M:%S} {local.tzname() or ''}".rstrip()


def dated_words(moment: datetime, now: datetime) -> str:
    """How long ago; the date with the time of day when it is a week or more away, such as "27 Jan 2020, 20:31"."""
    if abs((now - moment).total_seconds()) < WORDS_UNTIL:
        return relative_words(moment, now)
    local = timezone.localtime(moment)
    return f"{_date(local)}, {local:%H:%M}"


def stretch_words(first: datetime, last: datetime) -> str:
    """From when to when, with the zone: the day once where it is the same, as in "27 Jan 2020, 20:17 to 22:25"."""
    begin, end = timezone.localtime(first), timezone.localtime(last)
    zone, began = end.tzname() or "", f"{_date(begin)}, {begin:%H:%M}"
    if begin.date() == end.date():
        ended = "" if f"{begin:%H:%M}" == f"{end:%H:%M}" else f" {TO} {end:%H:%M}"
    else:
        ended = f" {TO} {_date(end)}, {end:%H:%M}"
    return f"{began}{ended} {zone}".rstrip()


def _date(local: datetime) -> str:
    return f"{local.day} {MONTHS_3[local.month].title()} {local:%Y}"
