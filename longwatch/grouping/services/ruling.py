# SPDX-License-Identifier: Apache-2.0
"""Grouping rules: added switched off, tried on what is stored, then switched on."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.grouping.events import RuleChanged, RuleCreated, RuleSwitchedOff, RuleSwitchedOn
from longwatch.grouping.matching import refuse_group_by
from longwatch.grouping.models import GroupingRule, RuleMode, Trial, TrialState
from longwatch.grouping.services.counting import end_groups_of
from longwatch.intake.conditions import read_conditions
from longwatch.intake.inbox import visible_compartments
from longwatch.intake.selectors import intake_compartments
from longwatch.records.categories import BY_CODE

BOUNDS = {
    "window_minutes": (1, 7 * 24 * 60), "lifetime_minutes": (1, 30 * 24 * 60), "threshold": (1, 1000),
    "position": (0, 10_000),
}  # fmt: skip
CHANGEABLE = frozenset({"name", "conditions", "group_by", "mode", "category", *BOUNDS})
# What decides which groups there are, and what becomes of them; a back-test is about these.
TRIED = ("conditions", "group_by", "window_minutes", "lifetime_minutes", "threshold")
MOST_RULES = 100


class Settings(TypedDict, total=False):
    """What a rule says beside its name and conditions."""

    group_by: Sequence[str]
    window_minutes: int
    lifetime_minutes: int
    threshold: int
    mode: str
    category: str
    position: int


@transaction.atomic
def create_rule(
    *, name: str, conditions: Any, compartment_id: UUID | None = None, by: Actor, **settings: Unpack[Settings]
) -> GroupingRule:
    """Add a rule for signals of a compartment (the first one for signals, if not named), switched off."""
    require(by, Permission.SOURCE_MANAGE)
    values: dict[str, Any] = {**settings, "group_by": list(settings.get("group_by", ()))}
    rule = GroupingRule(
        org_id=by.org_id, compartment_id=_compartment(compartment_id), name=name.strip(), conditions=conditions,
        created_by_id=by.id, **values,
    )  # fmt: skip
    _refuse_unusable(rule)
    others = GroupingRule.objects.filter(compartment_id=rule.compartment_id)
    _refuse_taken(rule)
    if others.count() >= MOST_RULES:
        raise Conflict(_("There are as many rules as one can oversee. Change one of them."), code="too_many_rules")
    event = RuleCreated(
        **_about(rule), rule=rule.name,
        settings={each: getattr(rule, each) for each in sorted(CHANGEABLE)},
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=rule)


@transaction.atomic
def change_rule(
    rule_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, by: Actor
) -> GroupingRule:
    """Change what a rule says; the engine follows with the next round. Unchanged values change nothing."""
    rule = _locked(rule_id, expected_version, by)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise Invalid(_("This cannot be changed."), fields=dict.fromkeys(unknown, _("This cannot be changed.")))
    changed = {name: value for name, value in changes.items() if getattr(rule, name) != value}
    if not changed:
        return rule
    for name, value in changed.items():
        setattr(rule, name, value)
    _refuse_unusable(rule)
    _refuse_taken(rule)
    if rule.enabled and rule.mode == RuleMode.AUTO and set(changed) & set(TRIED):
        sentence = _("Switch it off first: it opens incidents by itself, and is tried before it goes on.")
        raise Conflict(sentence, code="switch_off_first")
    if rule.enabled:
        _answer(rule, by)
    event = RuleChanged(**_about(rule), rule=rule.name, changes=changed)
    return ledger.record(event, by=by, row=rule, fields=[*sorted(changed), "answers"])


@transaction.atomic
def switch_rule(rule_id: UUID, *, on: bool, expected_version: int | None = None, by: Actor) -> GroupingRule:
    """Let a rule take signals, or no more; doing it twice changes nothing.

    One that opens incidents by itself does so on behalf of whoever switches it on, who must be allowed to (403), and
    must have been tried on what is stored as it is (409).
    """
    rule = _locked(rule_id, expected_version, by)
    if rule.enabled == on:
        return rule
    rule.enabled = on
    if on:
        _answer(rule, by)
    else:
        end_groups_of(rule)
    event = (RuleSwitchedOn if on else RuleSwitchedOff)(**_about(rule), rule=rule.name)
    return ledger.record(event, by=by, row=rule, fields=["enabled", "answers"])


def settings_of(rule: GroupingRule) -> dict[str, Any]:
    """What a back-test of a rule is about."""
    return {name: getattr(rule, name) for name in TRIED}


def _answer(rule: GroupingRule, by: Actor) -> None:
    """Take it on oneself what a rule that is on does by itself; nobody answers for one that only suggests."""
    rule.answers_id = None
    if rule.mode != RuleMode.AUTO:
        return
    for permission in (Permission.INCIDENT_OPEN, Permission.INCIDENT_WORK, Permission.SIGNAL_TRIAGE):
        require(by, permission)
    newest = Trial.objects.filter(rule=rule, state=TrialState.DONE).order_by("-asked_at", "-id").first()
    if newest is None or newest.tried != settings_of(rule):
        sentence = _("Try it on what is stored first: it is to open incidents by itself.")
        raise Conflict(sentence, code="not_tried")
    rule.answers_id = by.id


def _about(rule: GroupingRule) -> dict[str, UUID]:
    return {"subject_id": rule.id, "record_id": rule.id, "compartment_id": rule.compartment_id}


def _refuse_taken(rule: GroupingRule) -> None:
    others = GroupingRule.objects.filter(compartment_id=rule.compartment_id, name=rule.name).exclude(id=rule.id)
    if others.exists():
        raise Conflict(_("There is a rule with this name already. Choose another."), code="name_taken")


def _locked(rule_id: UUID, expected_version: int | None, by: Actor) -> GroupingRule:
    rule = GroupingRule.objects.select_for_update().filter(id=rule_id, org_id=by.org_id).first()
    if rule is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    refuse_stale(rule.version, expected_version)
    return rule


def _compartment(wanted: UUID | None) -> UUID:
    """Rules are about content: whoever makes one reads what it is about."""
    visible = set(visible_compartments())
    possible = [identity for identity, _name in intake_compartments() if identity in visible]
    if wanted is None and possible:
        return possible[0]
    if wanted is None or wanted not in possible:
        sentence = _("Choose one of the compartments for signals that you are inside.")
        raise Invalid(sentence, fields={"compartment_id": sentence})
    return wanted


def _refuse_unusable(rule: GroupingRule) -> None:
    """Refuse what a rule cannot work with, each with its field."""
    read_conditions(rule.conditions)
    refuse_group_by(rule.group_by)
    wrong = {
        name: _("Use %(least)s to %(most)s.") % {"least": least, "most": most}
        for name, (least, most) in BOUNDS.items()
        if not least <= getattr(rule, name) <= most
    }
    if not 0 < len(rule.name) <= 100:
        wrong["name"] = _("Give it a name of up to 100 characters.")
    if rule.mode not in RuleMode.values:
        wrong["mode"] = _("Choose suggest or auto.")
    if rule.category not in {"", *BY_CODE}:
        wrong["category"] = _("Choose one of the categories.")
    elif rule.mode == RuleMode.AUTO and not rule.category:
        wrong["category"] = _("Choose the category of the incidents that it opens.")
    if rule.lifetime_minutes < rule.window_minutes:
        wrong["lifetime_minutes"] = _("A group lives at least as long as its window.")
    if wrong:
        raise Invalid(_("The rule cannot be used like this."), fields=wrong)
