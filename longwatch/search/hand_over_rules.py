# SPDX-License-Identifier: Apache-2.0
"""What sorts of work somebody who leaves can have in hand, and who can take each over."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Section
from longwatch.access.roles import ROLE_PERMISSIONS, Permission, Role
from longwatch.access.sections import SECTION_RULES

KIND_NAMES = {
    "incidents": _("Incidents"),
    "cases": _("Cases"),
    "signals": _("Signals"),
    **{str(section): section.label for section in SECTION_RULES},
}
THING_NAMES = {
    "task": _("open tasks"),
    "case": _("cases led or watched"),
    "incident": _("incidents commanded"),
    "role": _("roles in incidents"),
    "signal": _("signals to judge"),
    "member": _("memberships that end"),
    "alone": _("compartments that nobody else reads"),
}


def _who(permission: Permission) -> frozenset[Role]:
    return frozenset(role for role, carried in ROLE_PERMISSIONS.items() if permission in carried)


# The database holds the same (sql/handing_over.sql).
TAKES_OVER: Mapping[str, frozenset[Role]] = {
    "signals": _who(Permission.SIGNAL_TRIAGE),
    "incidents": _who(Permission.INCIDENT_WORK),
    "cases": _who(Permission.CASE_LEAD),
    **{str(section): rule.members for section, rule in SECTION_RULES.items()},
    # Only counsel lets others in there, and counsel has gone.
    str(Section.PRIVILEGED): frozenset({Role.COUNSEL}),
}


def can_take_over(kind: str, account: Account) -> bool:
    """Whether the account's roles allow this sort of work."""
    return account.is_active and bool(TAKES_OVER[kind] & account.role_set)
