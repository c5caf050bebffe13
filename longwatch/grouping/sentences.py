# SPDX-License-Identifier: Apache-2.0
"""What the ledger's events about groups say to people, and why a group is one."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.entities.kinds import EntityKind
from longwatch.grouping.models import RuleMode
from longwatch.intake.condition_field import FIELD_WORDS, condition_words
from longwatch.intake.sentences import reason_words
from longwatch.records.categories import category_of
from longwatch.records.sentences import Sentence, with_reason
from longwatch.web.moments import duration_words

Fields = Mapping[str, Any]
_NAMED = re.compile(f"(^|, )({'|'.join(map(re.escape, FIELD_WORDS))})=")


def _split(fields: Fields) -> str:
    count = int(fields.get("signals") or 0)
    words = ngettext("took %(count)s signal out of it", "took %(count)s signals out of it", count) % {"count": count}
    return with_reason(words, fields.get("note"))


def _dismissed(fields: Fields) -> str:
    words = {"reason": reason_words(fields.get("reason"))}
    return with_reason(_("dismissed the group as “%(reason)s”") % words, fields.get("note"))


def _taught(fields: Fields) -> str:
    never = _("taught that %(entity)s never holds a group together")
    always = _("taught that %(entity)s always holds a group together")
    words = (always if fields.get("kind") == "always" else never) % {"entity": fields.get("entity")}
    return with_reason(words, fields.get("reason"))


def _ruled(words: str) -> Sentence:
    return lambda fields: words % {"rule": fields.get("rule")}


def _changes(fields: Fields) -> str:
    """What a rule says now that it did not say before."""
    changes = fields.get("changes") or {}
    return "; ".join(f"{setting_words(name)} {value_words(name, value)}" for name, value in sorted(changes.items()))


def setting_words(name: str) -> str:
    """What a setting of a rule is called."""
    return {
        "name": _("name"), "conditions": _("conditions"), "group_by": _("grouped by"),
        "window_minutes": _("window in minutes"), "lifetime_minutes": _("longest life in minutes"),
        "threshold": _("threshold"), "mode": _("mode"), "category": _("category"), "position": _("position"),
    }.get(name, name)  # fmt: skip


def value_words(name: str, value: Any) -> str:
    """What a setting of a rule says."""
    if name == "conditions":
        return _(" and ").join(condition_words(each) for each in value)
    if name == "group_by":
        return ", ".join(str(FIELD_WORDS.get(each, each)) for each in value) or _("nothing: all in one")
    if name == "mode" and value in RuleMode.values:
        return str(RuleMode(value).label)
    if name == "category":
        return str(category_of(str(value)).name) if value else _("none")
    return str(value)


SENTENCES: dict[str, Sentence] = {
    "group.split": _split,
    "group.merged": lambda f: with_reason(_("made it part of another group"), f.get("note")),
    "group.dismissed": _dismissed,
    "group.reopened": lambda _fields: _("reopened the group"),
    "group.placed": lambda _fields: _("made an incident of the group, or a part of one"),
    "group.detached": lambda f: with_reason(_("took it out of an incident again"), f.get("note")),
    "grouping.taught": _taught,
    "grouping.lesson_ended": lambda f: _("ended what was taught about %(entity)s") % {"entity": f.get("entity")},
    "grouping_rule.created": lambda f: _ruled(_("added the grouping rule “%(rule)s”"))(f),
    "grouping_rule.changed": lambda f: with_reason(_ruled(_("changed the grouping rule “%(rule)s”"))(f), _changes(f)),
    "grouping_rule.switched_on": lambda f: _ruled(_("switched the grouping rule “%(rule)s” on"))(f),
    "grouping_rule.switched_off": lambda f: _ruled(_("switched the grouping rule “%(rule)s” off"))(f),
}


def why_words(reason: Mapping[str, Any]) -> str:
    """One reason why the members of a group belong together."""
    about = str(reason.get("about") or "")
    about = thing_words(about) if reason.get("kind") == "entity" else about
    words = {"about": about, "count": reason.get("count"), "of": reason.get("of")}
    if reason.get("kind") == "span":
        span = duration_words(timedelta(seconds=int(reason.get("count") or 0)))
        return ngettext(
            "All of it came within %(span)s, in %(of)s arrival.", "All of it came within %(span)s, in %(of)s arrivals.",
            int(words["of"] or 0),
        ) % {"span": span, "of": words["of"]}  # fmt: skip
    return _counted(str(reason.get("kind")), int(words["count"] or 0)) % words


def _counted(kind: str, count: int) -> str:
    """What is said of so many members."""
    said = {
        "entity": ngettext("%(count)s of %(of)s names %(about)s.", "%(count)s of %(of)s name %(about)s.", count),
        "same_rule": _("%(count)s of %(of)s come from the same rule."),
        "rule": _("The rule “%(about)s” took them."),
        "severe": ngettext(
            "%(count)s of %(of)s is of medium severity or higher.",
            "%(count)s of %(of)s are of medium severity or higher.", count,
        ),
        "new": _("%(count)s of %(of)s had never been seen there before."),
        "rare": ngettext("%(count)s of %(of)s is rare there.", "%(count)s of %(of)s are rare there.", count),
        "burst": _("%(count)s of %(of)s came more often than ever before."),
        "newest": _("It is a large group: this is told from the newest %(count)s of %(of)s signals."),
        "taught": ngettext(
            "%(count)s of %(of)s names what somebody taught to go together.",
            "%(count)s of %(of)s name what somebody taught to go together.", count,
        ),
    }  # fmt: skip
    return said.get(kind, "")


def tie_words(why: Sequence[Mapping[str, Any]], entities: Sequence[Mapping[str, Any]]) -> str:
    """Why one member belongs to its group: what it shares with most of the others, else what holds all together."""
    named = {each.get("label") for each in entities}
    shared = [each for each in why if each.get("kind") == "entity" and each.get("about") in named]
    return next((words for each in [*shared, *why] if (words := why_words(each))), "")


def thing_words(label: str) -> str:
    """A thing as a sentence names it: "ip 192.0.2.1" is "IP address 192.0.2.1", "host web-1" stays as it is."""
    kind, _space, value = label.partition(" ")
    if not value or kind not in EntityKind.values:
        return label
    word = str(EntityKind(kind).label)
    return f"{word if word[:2].isupper() else word[0].lower() + word[1:]} {value}"


def key_words(key: str) -> str:
    """The key of a group as people read it: "entity:host=web-1, rule=scan" is "Host web-1, Rule of the tool scan"."""
    return _NAMED.sub(lambda found: f"{found[1]}{FIELD_WORDS[found[2]]} ", key)


def split_words(split: Mapping[str, Any]) -> str:
    """What would happen to a group without one of its entities."""
    sizes = ", ".join(str(size) for size in split.get("sizes", ()))
    words = {"label": thing_words(str(split.get("label") or "")), "sizes": sizes, "parts": len(split.get("sizes", ()))}
    return _("Without %(label)s it would fall into %(parts)s parts, with %(sizes)s of its signals.") % words
