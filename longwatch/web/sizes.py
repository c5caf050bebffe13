# SPDX-License-Identifier: Apache-2.0
"""Sizes in words: decimal (SI) everywhere, as in the settings and on the disks that people buy."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

UNITS = ("kB", "MB", "GB", "TB", "PB")


def size_words(size: int) -> str:
    """A number of bytes in its largest unit, such as "9.3 GB"."""
    if size < 1000:
        return ngettext("%(count)d byte", "%(count)d bytes", size) % {"count": size}
    value, unit = size / 1000, 0
    # What would be written as 1000.0 of a unit is 1.0 of the next.
    while value >= 999.95 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return _("%(number)s\N{NO-BREAK SPACE}%(unit)s") % {
        "number": formats.number_format(round(value, 1), 1),
        "unit": UNITS[unit],
    }
