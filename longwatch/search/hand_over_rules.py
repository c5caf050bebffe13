# SPDX-License-Identifier: Apache-2.0
"""What sorts of work somebody who leaves can have in hand, and who can take each over."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

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
    "task": ngettext_lazy("%(n)s open task", "%(n)s open tasks", "n"),
    "case": ngettext_lazy("%(n)s case led or watched", "%(n)s cases led or watched", "n"),
    "incident": ngettext_lazy("%(n)s incident commanded", "%(n)s incidents commanded", "n"),
    "role": ngettext_lazy("%(n)s role in an incident", "%(n)s roles in incidents", "n"),
    "signal": ngettext_lazy("%(n)s signal to judge", "%(n)s signals to judge", "n"),
    "member": ngettext_lazy("%(n)s membership that ends", "%(n)s memberships that end", "n"),
    "alone": ngettext_lazy(
        "%(n)s compartment that nobody else reads", "%(n)s compartments that nobody else reads", "n"
    ),
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
