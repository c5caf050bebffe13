# SPDX-License-Identifier: Apache-2.0
"""Who may do what, as a table that somebody reads before it changes."""

import pytest

from longwatch.access.roles import PERMISSION_NAMES, ROLE_NAMES, ROLE_PERMISSIONS, Permission, Role, permissions_of

# A letter for each role, in the order of ROLES, says that it carries the permission.
ROLES = {
    "r": Role.REPORTER,
    "p": Role.RESPONDER,
    "a": Role.ANALYST,
    "i": Role.INVESTIGATOR,
    "s": Role.SUPERVISOR,
    "h": Role.HR,
    "c": Role.COUNSEL,
    "u": Role.AUDITOR,
    "m": Role.ADMINISTRATOR,
    "g": Role.INTEGRATION,
    "d": Role.DISPATCHER,
    "l": Role.INTELLIGENCE,
    "t": Role.THREAT_TEAM,
    "e": Role.MEDICAL,
    "k": Role.CUSTODIAN,
    "b": Role.LEADERSHIP,
    "y": Role.PRIVACY,
}
TABLE = {
    "signal:submit": "g",
    "signal:read": "aisd",
    "signal:triage": "aisd",
    "source:manage": "sm",
    "incident:read": "paisdlt",
    "incident:open": "aisd",
    "incident:work": "paisdl",
    "incident:close": "ais",
    "case:read": "aishcltekb",
    "case:open": "aishc",
    "case:work": "aishclte",
    "case:lead": "ishc",
    "case:approve": "shc",
    "evidence:add": "paishcdlt",
    "evidence:read": "paishcdlt",
    "entity:read": "paishcdlt",
    "search:use": "paishcdlt",
    "ledger:read": "uy",
    "account:administer": "m",
    "case:publish": "ishc",
    "record:export": "ishc",
    "access:break_glass": "sd",
    "access:review": "y",
    "entity:sealed_match": "aishclt",
    "medical:work": "e",
    "privilege:work": "c",
    "identity:disclose": "k",
    "hold:decide": "c",
    "retention:manage": "y",
    "privacy:subject_request": "y",
}
NO_CONTENT = {
    "signal:submit", "source:manage", "ledger:read", "account:administer", "access:review", "retention:manage",
    "hold:decide", "identity:disclose", "privacy:subject_request",
}  # fmt: skip
CONTENT = {str(p) for p in Permission} - NO_CONTENT


class TestRolePermissions:
    """ROLE_PERMISSIONS"""

    def test_names_every_role_and_permission_here(self) -> None:
        assert set(ROLES.values()) == set(Role) == set(ROLE_PERMISSIONS) == set(ROLE_NAMES)
        assert set(TABLE) == set(Permission) == set(PERMISSION_NAMES)

    @pytest.mark.parametrize("permission", TABLE)
    def test_is_the_table(self, permission: str) -> None:
        carriers = {letter for letter, role in ROLES.items() if permission in ROLE_PERMISSIONS[role]}
        assert carriers == set(TABLE[permission])

    def test_lets_an_administrator_read_no_content(self) -> None:
        assert not ROLE_PERMISSIONS[Role.ADMINISTRATOR] & CONTENT

    def test_lets_an_auditor_read_no_content(self) -> None:
        assert not ROLE_PERMISSIONS[Role.AUDITOR] & CONTENT

    def test_lets_an_integration_only_submit(self) -> None:
        assert ROLE_PERMISSIONS[Role.INTEGRATION] == {Permission.SIGNAL_SUBMIT}

    def test_lets_a_reporter_do_nothing(self) -> None:
        assert not ROLE_PERMISSIONS[Role.REPORTER]

    def test_keeps_those_who_administer_and_audit_apart(self) -> None:
        # A privacy officer reads the ledger too; nobody who administers does.
        for role in set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY}:
            assert not ROLE_PERMISSIONS[role] & {Permission.ACCOUNT_ADMINISTER, Permission.LEDGER_READ}
        assert Permission.ACCOUNT_ADMINISTER not in ROLE_PERMISSIONS[Role.PRIVACY]


class TestPermissionsOf:
    """permissions_of"""

    def test_adds_up_roles(self) -> None:
        both = permissions_of(frozenset({"auditor", "integration"}))
        assert both == {"ledger:read", "signal:submit"}

    def test_is_empty_without_roles(self) -> None:
        assert permissions_of(frozenset()) == frozenset()

    def test_refuses_a_role_that_nobody_knows(self) -> None:
        with pytest.raises(ValueError, match="emperor"):
            permissions_of(frozenset({"emperor"}))
