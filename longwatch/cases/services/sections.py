# SPDX-License-Identifier: Apache-2.0
"""Sections inside a case: opened, people let in and out. What is written into one is read inside it alone."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch.access import sections
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Account, Compartment, CompartmentKind, Membership, Section
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services import compartments
from longwatch.cases import rules, selectors
from longwatch.cases.models import Case
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed
from longwatch.web.live import announce


@transaction.atomic
def open_section(
    case_id: UUID, *, section: str, first_member_id: UUID | None = None, name: str = "", by: Actor
) -> Compartment:
    """Open a section of a case; its first member is the actor, or whom the actor names and then stays outside.

    Who may is in `access.sections`. Each is opened once, but for one a witness, and for one that the actor does not
    learn of: a refusal would tell that it is there.
    """
    access_selectors.hold_people(first_member_id or by.id)
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_WORK)
    rules.refuse_closed(case.status, "The section")
    first = access_selectors.account_of(by, first_member_id or by.id)
    _refuse_opening(section, first, by)
    _refuse_second(case, section)
    label = name.strip()[:100] or str(Section(section).label)
    made = compartments.open_compartment(
        name=label, kind=CompartmentKind.RECORD, record_id=case.id, section=section, first_member_id=first.id, by=by
    )
    announce(f"record:{case.id}", case.compartment_id)
    return made


def _refuse_opening(section: str, first: Account, by: Actor) -> None:
    if not sections.is_inner(section):
        raise Invalid(_("Choose a section."), fields={"section": _("Choose one of the sections.")})
    leads = by.may(Permission.CASE_LEAD)
    if not sections.may_open(section, by.roles, leads=leads, first_is_self=first.id == by.id):
        raise NotAllowed(_("Your role does not open this section in this way."), code="section_not_yours")
    _refuse_member(section, first, by, "first_member_id")


def _refuse_second(case: Case, section: str) -> None:
    there = {seen.section for seen in access_selectors.sections_of(case.id)}
    if section in there and not sections.SECTION_RULES[Section(section)].several:
        raise Conflict(_("This case has this section already."), code="section_there")


def _refuse_member(section: str, account: Account, by: Actor, field: str = "account") -> None:
    if not account.is_active or not sections.admits(section, account.role_set, let_in_by=by.roles):
        sentence = _("%(name)s cannot be inside: the role does not fit this section.") % {"name": account.name}
        raise Invalid(sentence, fields={field: sentence}, code="role_does_not_fit")


@transaction.atomic
def let_in(record_id: UUID, section_id: UUID, account_id: UUID, *, reason: str, by: Actor) -> Membership:
    """Let somebody into a section that the actor is inside, for a reason; twice changes nothing."""
    access_selectors.hold_people(account_id)
    found = _inner(record_id, section_id)
    _refuse_keeper(found, by)
    rules.refuse_reason(reason, _("Say why they need to know."))
    _refuse_member(found.section, access_selectors.account_of(by, account_id), by)
    announce(f"record:{record_id}", found.id)
    return compartments.add_member(found.id, account_id, reason=reason.strip()[:300], record_id=record_id, by=by)


@transaction.atomic
def let_out(
    record_id: UUID,
    section_id: UUID,
    account_id: UUID,
    *,
    reason: str,
    by: Actor,
    expected_version: int | None = None,
) -> Membership:
    """End somebody's access to a section, for a reason; anybody may end their own, but the last one stays."""
    found = _inner(record_id, section_id)
    if account_id != by.id:
        _refuse_keeper(found, by)
    rules.refuse_reason(reason, _("Say why they no longer need to know."))
    announce(f"record:{record_id}", found.id)
    return compartments.remove_member(
        found.id, account_id, reason=reason.strip()[:300], record_id=record_id, by=by,
        expected_version=expected_version,
    )  # fmt: skip


def _inner(record_id: UUID, section_id: UUID) -> Compartment:
    """A section (not the core) that the actor is inside; refuses (404) any other."""
    found = access_selectors.section_inside(record_id, section_id)
    if not sections.is_inner(found.section):
        raise Conflict(_("That is the case itself. Its members are on its access page."), code="core_section")
    return found


def _refuse_keeper(found: Compartment, by: Actor) -> None:
    if not sections.may_let_in(found.section, by.roles):
        raise NotAllowed(_("Your role does not decide who is inside this section."), code="section_not_yours")


def possible_members(section: str, by: Actor) -> list[Account]:
    """The people whose role fits a section, when the actor lets them in."""
    people = access_selectors.people(by)
    return [account for account in people if sections.admits(section, account.role_set, let_in_by=by.roles)]


def possible_firsts(possible: Sequence[Section], by: Actor) -> list[tuple[Account, list[Section]]]:
    """Whom the actor could name as the first inside, each with the sections that their role fits."""
    leads = by.may(Permission.CASE_LEAD)
    given = [each for each in possible if sections.may_open(each, by.roles, leads=leads, first_is_self=False)]
    fitting = [
        (account, [each for each in given if sections.admits(each, account.role_set, let_in_by=by.roles)])
        for account in access_selectors.people(by) if account.id != by.id
    ]  # fmt: skip
    return [(account, fits) for account, fits in fitting if fits]


def may_be_first(section: str, by: Actor) -> bool:
    """Whether the actor may open such a section and be the first inside."""
    return sections.may_open(section, by.roles, leads=by.may(Permission.CASE_LEAD), first_is_self=True)


def openable(case: Case, by: Actor) -> list[Section]:
    """The sections that the actor could open in a case now, as far as they know what is there."""
    there = {seen.section for seen in access_selectors.sections_of(case.id)}
    leads = by.may(Permission.CASE_LEAD)
    return [
        section for section, rule in sections.SECTION_RULES.items()
        if (rule.several or section not in there)
        and any(sections.may_open(section, by.roles, leads=leads, first_is_self=own) for own in (True, False))
    ]  # fmt: skip
