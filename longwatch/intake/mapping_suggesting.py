# SPDX-License-Identifier: Apache-2.0
"""A first guess of a mapping, from what fields are called by many tools; whoever makes it judges."""

import re
from collections.abc import Sequence
from dataclasses import replace

from longwatch.intake.mapping.drafting import lines_of
from longwatch.intake.mapping.outline import Line
from longwatch.intake.mapping_editing import Editing, tree_of

ENTITY = "entity"
MOST_SUGGESTED = 6
# The first line of a record whose name is one of these is suggested.
COMMON = {
    "title": r"title|alert_?name|rule_?name|signature|headline|subject|summary|event_?name|name|message",
    "severity": r"(severity|sev|level|priority|criticality|risk|urgency|threat_?level)(_?(id|name|score))?",
    "occurred_at": r"(.*_)?(time(stamp)?|when|date(time)?|occurred(_?at)?|created(_?at)?|event_?time)|ts",
    "description": r"description|details?|text|body|comment|notes?",
    "rule": r"rule_?(id|name)?|signature_?id|event_?(code|type)|code|alert_?type",
    "techniques": r"techniques?|mitre.*|attack_?ids?",
    "links": r"(.*_)?(url|link|href|permalink)s?",
    "state": r"state|status",
}
THINGS = re.compile(
    r"(.*_)?(host(name)?|user(name)?|account|e?mail|ip|addr(ess)?|device|computer|domain|sha256|md5|badge|door|asset)"
    r"|.*(ip|host|user)"
)


def suggested(editing: Editing) -> Editing:
    """With the fields that are empty taking what is called as such fields are in common tools."""
    draft = editing.draft
    leaves = [line for line in tree_of(editing).lines if line.leaf and line.shown]
    for name, pattern in COMMON.items():
        if not lines_of(draft.slots.get(name, "")) and (line := _called(re.compile(pattern), leaves)):
            draft = draft.pointed(name, line.path, line.shown)
    if not draft.entities:
        for line in [line for line in leaves if THINGS.fullmatch(_last(line))][:MOST_SUGGESTED]:
            draft = draft.pointed(ENTITY, line.path, line.shown)
    return replace(editing, draft=draft, target=draft.next_target(""))


def _called(pattern: "re.Pattern[str]", leaves: Sequence[Line]) -> Line | None:
    return next((line for line in leaves if pattern.fullmatch(_last(line))), None)


def _last(line: Line) -> str:
    return line.path.rpartition(".")[2].strip('"').lower()
