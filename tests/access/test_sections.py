# SPDX-License-Identifier: Apache-2.0
"""The table of sections, and the same table in the database."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import UniqueConstraint

from longwatch.access.models import Compartment, Section
from longwatch.access.roles import ROLE_PERMISSIONS, Permission, Role
from longwatch.access.sections import (
    CORE_READERS,
    SECTION_RULES,
    admits,
    is_excluded_from_exports,
    is_inner,
    may_let_in,
    may_open,
    tint_of,
)

SECTIONS = list(SECTION_RULES)


def in_database(function: str, section: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s)", [section])
        return set(cursor.fetchone()[0] or ())


def roles(*some: Role) -> frozenset[str]:
    return frozenset(some)


class TestTable:
    def test_every_section_but_the_core_has_a_rule(self) -> None:
        assert set(SECTIONS) == set(Section) - {Section.CORE}

    @pytest.mark.parametrize("section", SECTIONS)
    def test_the_database_admits_the_same_roles(self, db: None, section: Section) -> None:
        assert in_database("section_members", section) == set(SECTION_RULES[section].members)

    @pytest.mark.parametrize("section", SECTIONS)
    def test_the_database_masks_for_the_same_roles(self, db: None, section: Section) -> None:
        assert in_database("section_shown_to", section) == set(SECTION_RULES[section].shown_to)

    def test_the_core_is_not_a_section_inside_and_has_the_first_colour(self) -> None:
        assert (is_inner("core"), is_inner(""), tint_of("core"), tint_of("hr")) == (False, False, 1, 2)

    def test_what_is_there_once_at_most_shows_to_all_who_may_open_it(self) -> None:
        (only,) = [each for each in Compartment._meta.constraints if each.name == "access_compartment_section"]
        assert isinstance(only, UniqueConstraint)
        assert only.condition is not None
        children: Any = only.condition.children
        once = dict(children)["section__in"]
        for section in (each for each in once if each != Section.CORE):
            leads = {role for role in Role if Permission.CASE_LEAD in ROLE_PERMISSIONS[role]}
            rule = SECTION_RULES[Section(section)]
            assert rule.openers | (leads & CORE_READERS if rule.lead_opens else set()) <= rule.shown_to


class TestWhoIsInside:
    @pytest.mark.parametrize("role", list(Role))
    def test_medical_is_for_the_medical_alone(self, role: Role) -> None:
        assert admits("medical", roles(role), let_in_by=roles(Role.MEDICAL)) is (role is Role.MEDICAL)

    @pytest.mark.parametrize("role", list(Role))
    def test_identity_is_for_the_custodian_alone(self, role: Role) -> None:
        assert admits("identity", roles(role), let_in_by=roles(Role.CUSTODIAN)) is (role is Role.CUSTODIAN)

    @pytest.mark.parametrize(("who", "fits"), [(Role.COUNSEL, True), (Role.SUPERVISOR, False), (Role.HR, False)])
    def test_privileged_is_for_counsel_and_whom_counsel_lets_in(self, who: Role, fits: bool) -> None:
        assert admits("privileged", roles(Role.INVESTIGATOR), let_in_by=roles(who)) is fits

    @pytest.mark.parametrize("role", [Role.MEDICAL, Role.CUSTODIAN, Role.LEADERSHIP, Role.PRIVACY, Role.AUDITOR])
    def test_the_core_is_not_for_those_who_learn_one_line_of_it(self, role: Role) -> None:
        assert role not in CORE_READERS
        assert not admits("core", roles(role), let_in_by=roles(Role.SUPERVISOR))


class TestWhoOpens:
    @pytest.mark.parametrize("section", SECTIONS)
    @pytest.mark.parametrize("role", list(Role))
    def test_whoever_opens_one_for_themself_may_be_inside_and_lets_others_in(
        self, role: Role, section: Section
    ) -> None:
        if may_open(section, roles(role), leads=True, first_is_self=True):
            assert admits(section, roles(role), let_in_by=roles(role))
            assert may_let_in(section, roles(role))

    @pytest.mark.parametrize(
        ("section", "opens"),
        [("hr", True), ("medical", True), ("witness", True), ("privileged", False), ("identity", False)],
    )
    def test_a_lead_names_the_first_member_of_some(self, section: str, opens: bool) -> None:
        assert may_open(section, roles(Role.ANALYST), leads=True, first_is_self=False) is opens
        assert not may_open(section, roles(Role.ANALYST), leads=False, first_is_self=False)


class TestWhoLearnsOfIt:
    def test_nobody_learns_of_medical_and_identity_from_outside(self) -> None:
        assert not any(
            roles(role) & SECTION_RULES[Section(section)].shown_to
            for section in ("medical", "identity")
            for role in Role
        )

    def test_an_investigator_learns_that_hr_and_privileged_exist(self) -> None:
        assert roles(Role.INVESTIGATOR) & SECTION_RULES[Section.HR].shown_to
        assert roles(Role.INVESTIGATOR) & SECTION_RULES[Section.PRIVILEGED].shown_to
        assert not roles(Role.HR) & SECTION_RULES[Section.PRIVILEGED].shown_to


class TestExports:
    def test_privileged_and_identity_never_leave(self) -> None:
        left = {section for section in Section if is_excluded_from_exports(section)}
        assert left == {Section.PRIVILEGED, Section.IDENTITY}
