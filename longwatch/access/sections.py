# SPDX-License-Identifier: Apache-2.0
"""The sections of a record as one table: who opens them, who may be inside, who learns that they exist.

The database holds the same rows (sql/sections.sql); tests/access/test_sections.py compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from longwatch.access.models import Section
from longwatch.access.roles import Role

R = Role
_INVESTIGATORS = frozenset({R.INVESTIGATOR, R.SUPERVISOR})
# Whom a case lets into its core at all: others learn a title or one line of it, and nothing more.
CORE_READERS = _INVESTIGATORS | {R.ANALYST, R.HR, R.COUNSEL, R.INTELLIGENCE, R.THREAT_TEAM}


@dataclass(frozen=True, slots=True)
class SectionRule:
    """What holds for one sort of section."""

    # Whoever is inside has one of these roles.
    members: frozenset[Role]
    # Who opens it and is its first member.
    openers: frozenset[Role]
    # Who, once inside, lets others in and ends their access.
    lets_in: frozenset[Role]
    # Whether the lead may open it by naming a first member, and stay outside.
    lead_opens: bool
    # Which members of the core learn that it exists and whom to ask; to all others it does not exist.
    shown_to: frozenset[Role]
    # The quiet colour of its lines: 2 to 5, because 1 is the core's.
    tint: int
    exported: bool = True
    several: bool = False


SECTION_RULES: Mapping[Section, SectionRule] = {
    Section.HR: SectionRule(
        members=frozenset({R.HR, R.COUNSEL, R.THREAT_TEAM}), openers=frozenset({R.HR}), lets_in=frozenset({R.HR}),
        lead_opens=True, shown_to=_INVESTIGATORS | {R.HR, R.COUNSEL, R.THREAT_TEAM}, tint=2,
    ),
    Section.MEDICAL: SectionRule(
        members=frozenset({R.MEDICAL}), openers=frozenset({R.MEDICAL}), lets_in=frozenset({R.MEDICAL}),
        lead_opens=True, shown_to=frozenset(), tint=3,
    ),
    Section.PRIVILEGED: SectionRule(
        members=CORE_READERS, openers=frozenset({R.COUNSEL}), lets_in=frozenset({R.COUNSEL}),
        lead_opens=False, shown_to=_INVESTIGATORS | {R.COUNSEL}, tint=4, exported=False,
    ),
    Section.IDENTITY: SectionRule(
        members=frozenset({R.CUSTODIAN}), openers=frozenset({R.CUSTODIAN}), lets_in=frozenset({R.CUSTODIAN}),
        lead_opens=False, shown_to=frozenset(), tint=5, exported=False,
    ),
    Section.WITNESS: SectionRule(
        members=_INVESTIGATORS | {R.ANALYST, R.COUNSEL}, openers=_INVESTIGATORS, lets_in=_INVESTIGATORS,
        lead_opens=True, shown_to=_INVESTIGATORS | {R.COUNSEL, R.HR, R.THREAT_TEAM}, tint=5, several=True,
    ),
    Section.INTELLIGENCE: SectionRule(
        members=_INVESTIGATORS | {R.ANALYST, R.INTELLIGENCE, R.COUNSEL, R.THREAT_TEAM},
        openers=_INVESTIGATORS | {R.INTELLIGENCE}, lets_in=_INVESTIGATORS | {R.INTELLIGENCE},
        lead_opens=True, shown_to=_INVESTIGATORS | {R.INTELLIGENCE, R.COUNSEL, R.THREAT_TEAM}, tint=2,
    ),
}  # fmt: skip


def is_inner(section: str) -> bool:
    """Whether this names a section inside a record, and not its core or a standing compartment."""
    return section in SECTION_RULES


def admits(section: str, roles: frozenset[str], *, let_in_by: frozenset[str]) -> bool:
    """Whether somebody with these roles may be inside, when somebody with those lets them in."""
    if section == Section.CORE:
        return bool(roles & CORE_READERS)
    rule = SECTION_RULES[Section(section)]
    if section == Section.PRIVILEGED:
        return Role.COUNSEL in roles or (Role.COUNSEL in let_in_by and bool(roles & rule.members))
    return bool(roles & rule.members)


def may_open(section: str, roles: frozenset[str], *, leads: bool, first_is_self: bool) -> bool:
    """Whether somebody with these roles may open such a section with themself, or with another, as first member."""
    rule = SECTION_RULES[Section(section)]
    if first_is_self:
        return bool(roles & rule.openers)
    return bool(roles & rule.openers) or (leads and rule.lead_opens)


def may_let_in(section: str, roles: frozenset[str]) -> bool:
    """Whether somebody inside with these roles lets others in."""
    return bool(roles & SECTION_RULES[Section(section)].lets_in)


def is_excluded_from_exports(section: str) -> bool:
    """Whether nothing of the section goes into a file that leaves, or onto paper."""
    return is_inner(section) and not SECTION_RULES[Section(section)].exported


def tint_of(section: str) -> int:
    """The colour of its lines."""
    return SECTION_RULES[Section(section)].tint if is_inner(section) else 1
