# SPDX-License-Identifier: Apache-2.0
"""Severity: five words, ordered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """How bad it is; higher is worse."""

    INFORMATIONAL = 0, _("Informational")
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")

    @property
    def word(self) -> str:
        """The word used in the API and in events."""
        return self.name.lower()


SEVERITY_BY_WORD = {severity.word: severity for severity in Severity}
