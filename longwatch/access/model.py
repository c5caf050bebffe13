# SPDX-License-Identifier: Apache-2.0
"""Who may do what with what: the access model as one table, which administrators read and the tests ask the product.

A cell says what a role may do outside, and after a slash what it may do once let in (as a member of the case, or
inside the section). Without a slash nobody of that role is let in. Membership is always asked for beside the role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from longwatch.access.roles import Role

LEGEND: Mapping[str, Any] = {
    "m": _("learns that it exists, or one line of it"),
    "r": _("reads"),
    "a": _("adds and works on it"),
    "w": _("changes"),
    "g": _("lets others in"),
    "d": _("decides or publishes"),
}


class Thing(StrEnum):
    """What somebody may have to do with."""

    INCIDENT = "incident"
    CASE = "case"
    EVIDENCE = "evidence"
    NOTICE = "notice"
    HR = "hr"
    MEDICAL = "medical"
    PRIVILEGED = "privileged"
    IDENTITY = "identity"
    WITNESS = "witness"
    LEDGER = "ledger"
    CONFIGURATION = "configuration"
    PROFILE = "profile"
    ASSESSMENT = "assessment"
    LOCATION = "location"


THING_NAMES: Mapping[Thing, Any] = {
    Thing.INCIDENT: _("Incident"),
    Thing.CASE: _("Case"),
    Thing.EVIDENCE: _("Evidence"),
    Thing.NOTICE: _("Notices"),
    Thing.HR: _("HR"),
    Thing.MEDICAL: _("Medical"),
    Thing.PRIVILEGED: _("Privileged"),
    Thing.IDENTITY: _("Identity"),
    Thing.WITNESS: _("Witnesses"),
    Thing.LEDGER: _("Ledger"),
    Thing.CONFIGURATION: _("Settings"),
    Thing.PROFILE: _("Subject profile"),
    Thing.ASSESSMENT: _("Threat assessment"),
    Thing.LOCATION: _("Location trail"),
}
# What the product does not have yet; the page says so, and nothing is promised of it.
NOT_BUILT = frozenset({Thing.PROFILE, Thing.ASSESSMENT, Thing.LOCATION})
BUILT = tuple(thing for thing in Thing if thing not in NOT_BUILT)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a role may do with a thing, outside and inside."""

    outside: frozenset[str]
    inside: frozenset[str] | None

    @property
    def text(self) -> str:
        """As people read it."""
        return " / ".join(_in_order(each) for each in (self.outside, self.inside) if each is not None)


def _in_order(letters: frozenset[str]) -> str:
    return " ".join(letter for letter in LEGEND if letter in letters) or str(_("none"))


# incident, case, evidence, notice, hr, medical, privileged, identity, witness, ledger, configuration
ROWS: Mapping[Role, str] = {
    Role.REPORTER: "- - - - - - - - - - -",
    Role.RESPONDER: "ra - ra r - m - - - - -",
    Role.DISPATCHER: "ra - ra r - m - - - - -",
    Role.ANALYST: "ra -/ra ra r - m -/ra - -/ra - -",
    Role.INTELLIGENCE: "ra -/ra ra r - m -/ra - - - -",
    Role.INVESTIGATOR: "ra -/rag ra rd m m m/ra - m/rag - -",
    Role.SUPERVISOR: "ra -/rag ra rd m m m/ra - m/rag - -",
    Role.THREAT_TEAM: "- -/ra -/ra r m/ra - -/ra - m - -",
    Role.HR: "- -/rag -/ra d m/rag - -/ra - m - -",
    Role.MEDICAL: "- m - - - -/rag - - - - -",
    Role.COUNSEL: "- -/rag -/ra d m/ra - m/rag - m/ra - -",
    Role.CUSTODIAN: "- m - - - - - -/rg - - -",
    Role.LEADERSHIP: "- - - - - - - - - - -",
    Role.PRIVACY: "- - - - - - - - - r -",
    Role.AUDITOR: "- - - - - - - - - r -",
    Role.ADMINISTRATOR: "- - - - - - - - - - w",
    Role.INTEGRATION: "- - - - - - - - - - -",
}


def cell(role: Role, thing: Thing) -> Cell:
    """What the role may do with the thing."""
    text = ROWS[role].split()[BUILT.index(thing)]
    outside, _slash, inside = text.partition("/")
    return Cell(_letters(outside), _letters(inside) if inside else None)


def _letters(text: str) -> frozenset[str]:
    return frozenset(text.replace("-", ""))
