# SPDX-License-Identifier: Apache-2.0
"""With whom something may be shared (Traffic Light Protocol 2.0), and what may be done with it (PAP). Pure."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tlp(models.TextChoices):
    """With whom it may be shared, freest first (FIRST, TLP 2.0)."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"
    AMBER_STRICT = "amber+strict", "TLP:AMBER+STRICT"
    RED = "red", "TLP:RED"


class Pap(models.TextChoices):
    """What may be done with it so that whom it is about does not notice, freest first."""

    CLEAR = "clear", _("PAP:CLEAR")
    GREEN = "green", _("PAP:GREEN")
    AMBER = "amber", _("PAP:AMBER")
    RED = "red", _("PAP:RED")


def strictest_tlp(marks: Iterable[str | None]) -> Tlp | None:
    """The strictest of these; nothing when none marks it."""
    present = set(marks)
    return next((each for each in reversed(Tlp) if each in present), None)


def strictest_pap(marks: Iterable[str]) -> Pap | None:
    """The strictest of these; nothing when none marks it."""
    present = set(marks)
    return next((each for each in reversed(Pap) if each in present), None)
