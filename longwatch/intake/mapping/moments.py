# SPDX-License-Identifier: Apache-2.0
"""The moments that tools write, in all the ways they do."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from longwatch.intake.mapping.scales import number_of

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LONGEST = 60
# Seconds since 1970 have up to eleven digits until the year 5138; what is larger counts thousandths, and so on.
UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
FORMS = (
    "%a %b %d %H:%M:%S %Y", "%Y %b %d %H:%M:%S", "%b %d %Y %H:%M:%S", "%b %d, %Y %H:%M:%S", "%d-%b-%Y %H:%M:%S.%f",
    "%d-%b-%Y %H:%M:%S", "%d/%b/%Y:%H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S.%f", "%b %d %Y %H:%M:%S.%f", "%d %b %Y %H:%M:%S",
)  # fmt: skip
WITHOUT_YEAR = ("%Y %b %d %H:%M:%S", "%Y %b %d %H:%M:%S.%f")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d([T ]|\Z)")
_FRACTION = re.compile(r"([.,]\d{6})\d+")
_DOTTED_ZONE = re.compile(r"([+-]\d\d)\.(\d\d)\Z")
_SPACED_ZONE = re.compile(r" ([+-]\d\d:?\d\d)\Z")
_OFFSET = re.compile(r"\s*([+-])(\d\d):?(\d\d)\Z")
_UTC_WORD = re.compile(r"\s*\(?\b(?:UTC|GMT)\b\)?")
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d")


class Moment(NamedTuple):
    """A moment in UTC, and whether its zone had to be assumed."""

    at: datetime
    assumed: bool


@lru_cache(maxsize=100)
def zone_of(name: str) -> tzinfo:
    """The time zone of a name; UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def moment_of(value: Any, zone: tzinfo, received_at: datetime) -> Moment | None:
    """The moment that a number or text states; None when it states none, or one that cannot be meant."""
    try:
        moment = _written(value, zone, received_at)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    if moment is None:
        return None
    at = moment.at.astimezone(UTC)
    return Moment(at, moment.assumed) if EARLIEST < at < LATEST else None


def _written(value: Any, zone: tzinfo, received_at: datetime) -> Moment | None:
    if isinstance(value, str):
        text = " ".join(value.split())
        if not text or len(text) > LONGEST:
            return None
        if not _NUMBER.match(text):
            return _from_text(text, zone, received_at)
        value = text
    number = number_of(value)
    return None if number is None else Moment(_from_number(number), assumed=False)


def _from_number(number: float) -> datetime:
    unit = next((unit for floor, unit in UNITS if abs(number) >= floor), 1.0)
    # Whole microseconds: a float of seconds is not exact to them.
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(number / unit * 1e6))


def _from_text(text: str, zone: tzinfo, received_at: datetime) -> Moment | None:
    if _ISO.match(text):
        return _zoned(datetime.fromisoformat(_plain_iso(text)), zone)
    if _MAIL.match(text):
        return _zoned(parsedate_to_datetime(text), zone)
    bare, stated = _without_zone(text)
    moment = _in_form(bare) or _without_year(bare, received_at)
    return None if moment is None else _zoned(moment, stated or zone, assumed=stated is None)


def _plain_iso(text: str) -> str:
    text = _FRACTION.sub(r"\1", text)
    if text.endswith(")") or text[-1:].isalpha():
        text = _UTC_WORD.sub("+00:00", text)
    return _SPACED_ZONE.sub(r"\1", _DOTTED_ZONE.sub(r"\1:\2", text))


def _zoned(moment: datetime, zone: tzinfo, *, assumed: bool = True) -> Moment:
    if moment.tzinfo is not None:
        return Moment(moment, assumed=False)
    return Moment(moment.replace(tzinfo=zone), assumed)


def _without_zone(text: str) -> tuple[str, tzinfo | None]:
    if _UTC_WORD.search(text) or text.endswith("Z"):
        return " ".join(_UTC_WORD.sub(" ", text.removesuffix("Z")).split()), UTC
    found = _OFFSET.search(text)
    if found is None:
        return text, None
    stated = datetime.strptime(found[1] + found[2] + found[3], "%z").tzinfo
    return text[: found.start()], stated


def _in_form(text: str) -> datetime | None:
    for form in FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - its zone comes after
        except ValueError:
            continue
    return None


def _without_year(text: str, received_at: datetime) -> datetime | None:
    """In the year that puts it last before tomorrow."""
    for year in (received_at.year + 1, received_at.year, received_at.year - 1):
        for form in WITHOUT_YEAR:
            try:
                moment = datetime.strptime(f"{year} {text}", form)  # noqa: DTZ007 - its zone comes after
            except ValueError:
                continue
            if moment.replace(tzinfo=UTC) <= received_at + timedelta(days=1):
                return moment
    return None
