# SPDX-License-Identifier: Apache-2.0
"""Groups, grouping rules and what was taught, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.grouping import selectors
from longwatch.grouping.models import Group, GroupingRule, GroupState, Lesson, Trial
from longwatch.grouping.schemas import (
    DismissedOut,
    GroupDismissalIn,
    GroupDismissalsIn,
    GroupFullOut,
    GroupList,
    GroupMergeIn,
    GroupMergingsIn,
    GroupOut,
    GroupSplitIn,
    LessonIn,
    LessonList,
    LessonOut,
    RuleChangeIn,
    RuleIn,
    RuleList,
    RuleOut,
    TrialIn,
    TrialOut,
)
from longwatch.grouping.selectors import GroupFilter
from longwatch.grouping.services.bulk import Dismissed, dismiss_groups, merge_all
from longwatch.grouping.services.judging import dismiss_group, merge_groups, reopen_group, split_group
from longwatch.grouping.services.ruling import change_rule, create_rule, switch_rule
from longwatch.grouping.services.teaching import end_lesson, teach
from longwatch.grouping.services.trying import ask_trial
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Groups"])
MOST = 200


@router.get("/groups", response=GroupList, summary="Groups of signals", operation_id="group_list")
def list_groups(
    request: HttpRequest, state: GroupState = GroupState.OPEN, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Those with the newest arrivals first."""
    actor = _by(request)
    page = selectors.groups(actor, GroupFilter(state), cursor=cursor, limit=max(1, min(limit, MOST)))
    selectors.versioned(page.rows)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.post("/groups/dismissals", response=DismissedOut, summary="Dismiss some", operation_id="group_dismiss_some")
def dismiss_some(request: HttpRequest, body: GroupDismissalsIn) -> Dismissed:
    """With their signals, for one reason; what was judged meanwhile stays as it is."""
    return dismiss_groups(body.group_ids, body.reason, body.note, by=_by(request))


@router.post("/groups/mergings", response=GroupOut, summary="Merge some", operation_id="group_merge_some")
def merge_some(request: HttpRequest, response: HttpResponse, body: GroupMergingsIn) -> Group:
    """Into the largest of them, which is answered; all or none."""
    return _answered(response, merge_all(body.group_ids, by=_by(request)))


@router.get("/groups/{uuid:group_id}", response=GroupFullOut, summary="A group", operation_id="group_read")
def read_group(request: HttpRequest, response: HttpResponse, group_id: UUID) -> Group:
    """With its signals, why they belong together, and what would split them; the last decision about it is its ETag."""
    _by(request)
    group = selectors.group(group_id)
    vars(group)["signal_ids"] = selectors.signal_ids(group.id)
    return _answered(response, group)


@router.post("/groups/{uuid:group_id}/split", response={201: GroupOut}, summary="Split", operation_id="group_split")
def split(
    request: HttpRequest, response: HttpResponse, group_id: UUID, body: GroupSplitIn, version: IfMatch = None
) -> Status[Group]:
    """Take signals out, into a group of their own, which is answered."""
    part = split_group(group_id, body.signal_ids, note=body.note, expected_version=version, by=_by(request))
    return Status(201, _answered(response, part))


@router.post("/groups/{uuid:group_id}/merging", response=GroupOut, summary="Merge", operation_id="group_merge")
def merging(
    request: HttpRequest, response: HttpResponse, group_id: UUID, body: GroupMergeIn, version: IfMatch = None
) -> Group:
    """Make it a part of another, which is answered."""
    into = merge_groups(group_id, body.into, note=body.note, expected_version=version, by=_by(request))
    return _answered(response, into)


@router.post("/groups/{uuid:group_id}/dismissal", response=GroupOut, summary="Dismiss", operation_id="group_dismiss")
def dismissal(
    request: HttpRequest, response: HttpResponse, group_id: UUID, body: GroupDismissalIn, version: IfMatch = None
) -> Group:
    """With those of its signals that nobody has judged."""
    dismiss_group(group_id, body.reason, body.note, expected_version=version, by=_by(request))
    return _answered(response, selectors.group(group_id))


@router.delete("/groups/{uuid:group_id}/dismissal", response=GroupOut, summary="Reopen", operation_id="group_reopen")
def reopening(request: HttpRequest, response: HttpResponse, group_id: UUID, version: IfMatch = None) -> Group:
    """Show it again; its signals stay as they are judged."""
    return _answered(response, reopen_group(group_id, expected_version=version, by=_by(request)))


@router.post("/groups/{uuid:group_id}/lessons", response={201: LessonOut}, summary="Teach", operation_id="lesson_teach")
def teaching(request: HttpRequest, response: HttpResponse, group_id: UUID, body: LessonIn) -> Status[Lesson]:
    """That an entity of it never holds a group together, or always does."""
    lesson = teach(group_id, body.entity_id, body.kind, body.reason, by=_by(request))
    tag(response, lesson.version)
    return Status(201, lesson)


@router.get("/grouping/lessons", response=LessonList, summary="What was taught", operation_id="lesson_list")
def list_lessons(request: HttpRequest) -> dict[str, Any]:
    """And holds, newest first."""
    return {"items": selectors.lessons(_by(request))}


@router.delete(
    "/grouping/lessons/{uuid:lesson_id}", response=LessonOut, summary="End a lesson", operation_id="lesson_end"
)
def lesson_end(request: HttpRequest, response: HttpResponse, lesson_id: UUID, version: IfMatch = None) -> Lesson:
    """It holds no more."""
    lesson = end_lesson(lesson_id, expected_version=version, by=_by(request))
    tag(response, lesson.version)
    return lesson


@router.get("/grouping/rules", response=RuleList, summary="Grouping rules", operation_id="grouping_rule_list")
def list_rules(request: HttpRequest) -> dict[str, Any]:
    """In the order in which they are asked."""
    return {"items": selectors.rules(_by(request))}


@router.post(
    "/grouping/rules", response={201: RuleOut}, summary="Add a grouping rule", operation_id="grouping_rule_create"
)
def add_rule(request: HttpRequest, response: HttpResponse, body: RuleIn) -> Status[GroupingRule]:
    """It begins switched off."""
    rule = create_rule(**body.dict(), by=_by(request))
    tag(response, rule.version)
    return Status(201, rule)


@router.patch(
    "/grouping/rules/{uuid:rule_id}", response=RuleOut, summary="Change a rule", operation_id="grouping_rule_change"
)
def patch_rule(
    request: HttpRequest, response: HttpResponse, rule_id: UUID, body: RuleChangeIn, version: IfMatch = None
) -> GroupingRule:
    """What is left out stays."""
    changes = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    return _tagged(response, change_rule(rule_id, changes, expected_version=version, by=_by(request)))


@router.put(
    "/grouping/rules/{uuid:rule_id}/switch", response=RuleOut, summary="Switch on", operation_id="grouping_rule_on"
)
def rule_on(request: HttpRequest, response: HttpResponse, rule_id: UUID, version: IfMatch = None) -> GroupingRule:
    """It takes signals from now on."""
    return _tagged(response, switch_rule(rule_id, on=True, expected_version=version, by=_by(request)))


@router.delete(
    "/grouping/rules/{uuid:rule_id}/switch", response=RuleOut, summary="Switch off", operation_id="grouping_rule_off"
)
def rule_off(request: HttpRequest, response: HttpResponse, rule_id: UUID, version: IfMatch = None) -> GroupingRule:
    """It takes no more; its groups stay as they are."""
    return _tagged(response, switch_rule(rule_id, on=False, expected_version=version, by=_by(request)))


@router.post(
    "/grouping/rules/{uuid:rule_id}/trials", response={201: TrialOut}, summary="Try a rule on what is stored",
    operation_id="grouping_rule_try",
)  # fmt: skip
def try_rule(request: HttpRequest, rule_id: UUID, body: TrialIn) -> Status[Trial]:
    """A job tells what it would have made of the signals of the last days; nothing is changed."""
    return Status(201, ask_trial(rule_id, body.days, by=_by(request)))


@router.get(
    "/grouping/trials/{uuid:trial_id}", response=TrialOut, summary="A back-test", operation_id="grouping_trial_read"
)
def read_trial(request: HttpRequest, trial_id: UUID) -> Trial:
    """How far it is, and what came of it."""
    _by(request)
    return selectors.trial(trial_id)


def _answered(response: HttpResponse, group: Group) -> Group:
    tag(response, selectors.versioned([group])[group.id])
    return group


def _by(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.SIGNAL_READ)


def _tagged(response: HttpResponse, rule: GroupingRule) -> GroupingRule:
    tag(response, rule.version)
    return rule
