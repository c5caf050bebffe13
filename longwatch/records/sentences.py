# SPDX-License-Identifier: Apache-2.0
"""What the ledger's events say to people, as the rest of a sentence that begins with who did it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from longwatch.access.leaving import HandOverState
from longwatch.access.models import Section
from longwatch.access.oversight import GlassOutcome
from longwatch.records.models import LinkKind, RecordKind
from longwatch.web.moments import absolute_words

Fields = Mapping[str, Any]
Sentence = Callable[[Fields], str]


def sentence_of(action: str, fields: Fields, catalogue: Mapping[str, Sentence]) -> str:
    """The sentence about an event; an event of a package above says its own name in plain words."""
    known = catalogue.get(action)
    return known(fields) if known else action.replace(".", ": ").replace("_", " ")


def with_reason(sentence: str, reason: object) -> str:
    """The sentence with its reason after a colon, when there is one."""
    return f"{sentence}: {reason}" if reason else sentence


def moment_words(value: object) -> str:
    """A stored time in the reader's zone, or nothing."""
    moment = parse_datetime(value) if isinstance(value, str) else None
    return absolute_words(moment) if moment else ""


def _task_added(fields: Fields) -> str:
    words = {"title": fields.get("title"), "owner": fields.get("owner"), "due": moment_words(fields.get("due_at"))}
    if words["owner"] and words["due"]:
        return _("added the task “%(title)s” for %(owner)s, due %(due)s") % words
    if words["owner"]:
        return _("added the task “%(title)s” for %(owner)s") % words
    return _("added the task “%(title)s”") % words


def _task_assigned(fields: Fields) -> str:
    words = {"title": fields.get("title"), "owner": fields.get("owner"), "due": moment_words(fields.get("due_at"))}
    if words["owner"] and words["due"]:
        return _("gave the task “%(title)s” to %(owner)s, due %(due)s") % words
    if words["owner"]:
        return _("gave the task “%(title)s” to %(owner)s") % words
    return _("left the task “%(title)s” without an owner") % words


def _task_finished(fields: Fields) -> str:
    return with_reason(_("finished the task “%(title)s”") % {"title": fields.get("title")}, fields.get("resolution"))


def _task_waived(fields: Fields) -> str:
    return with_reason(_("waived the task “%(title)s”") % {"title": fields.get("title")}, fields.get("reason"))


def _task_reopened(fields: Fields) -> str:
    return _("reopened the task “%(title)s”") % {"title": fields.get("title")}


def _kind_word(kind: object) -> str:
    return str(RecordKind(kind).label).lower() if kind in RecordKind.values else str(kind)


def _linked(fields: Fields) -> str:
    kind = fields.get("kind")
    words = {
        "from": f"{_kind_word(fields.get('from_kind'))} {fields.get('from_reference')}",
        "to": f"{_kind_word(fields.get('to_kind'))} {fields.get('to_reference')}",
        "how": str(LinkKind(kind).label) if kind in LinkKind.values else kind,
        "title": fields.get("from_reference"),
    }
    said = _("recorded that %(from)s %(how)s %(to)s")
    if kind == LinkKind.BELONGS:
        said = _("added the signal “%(title)s” to %(to)s")
    elif kind == LinkKind.HANDLED_IN:
        said = _("linked %(from)s to %(to)s")
    return with_reason(said % words, fields.get("reason"))


def _unlinked(fields: Fields) -> str:
    words = {"from": _kind_word(fields.get("from_kind")), "to": _kind_word(fields.get("to_kind"))}
    return with_reason(_("ended the link from a %(from)s to a %(to)s") % words, fields.get("reason"))


def _member_added(fields: Fields) -> str:
    return with_reason(_("let %(account)s in") % {"account": fields.get("account")}, fields.get("reason"))


def _member_removed(fields: Fields) -> str:
    return with_reason(_("ended the access of %(account)s") % {"account": fields.get("account")}, fields.get("reason"))


def _restricted(fields: Fields) -> str:
    section = fields.get("section")
    if section in Section.values and section != Section.CORE:
        return _("opened the section “%(name)s”") % {"name": fields.get("compartment")}
    return _("restricted this to named members")


def _briefing_exported(fields: Fields) -> str:
    return _("took the six questions away as PDF")


def _glass_broken(fields: Fields) -> str:
    words = {"until": moment_words(fields.get("until"))}
    return with_reason(_("broke the glass to read this until %(until)s") % words, fields.get("reason"))


def _glass_ended(fields: Fields) -> str:
    return _("ended the break-glass of %(account)s") % {"account": fields.get("account")}


def _glass_reviewed(fields: Fields) -> str:
    justified = fields.get("outcome") == GlassOutcome.JUSTIFIED
    said = _("found the break-glass of %(account)s justified") if justified else ""
    said = said or _("found the break-glass of %(account)s not justified")
    return with_reason(said % {"account": fields.get("account")}, fields.get("note"))


def _match_found(fields: Fields) -> str:
    said = _("asked for a sealed match, which this record answered without showing anything of itself")
    return with_reason(said, fields.get("reason"))


def _account_handed_over(fields: Fields) -> str:
    return with_reason(_("closed the account and handed over all that it had in hand"), fields.get("reason"))


def _hand_over_made(fields: Fields) -> str:
    words = {"account": fields.get("account"), "successor": fields.get("successor")}
    if fields.get("state") == HandOverState.WAITING:
        return _("closed the account of %(account)s; that %(successor)s takes over waits for a decision") % words
    return _("closed the account of %(account)s, and %(successor)s took over") % words


def _hand_over_approved(fields: Fields) -> str:
    words = {"account": fields.get("account"), "successor": fields.get("successor")}
    return _("decided that %(successor)s takes over from %(account)s") % words


SENTENCES: dict[str, Sentence] = {
    "account.handed_over": _account_handed_over,
    "hand_over.made": _hand_over_made,
    "hand_over.approved": _hand_over_approved,
    "break_glass.opened": _glass_broken,
    "break_glass.ended": _glass_ended,
    "break_glass.reviewed": _glass_reviewed,
    "sealed_match.found": _match_found,
    "briefing.exported": _briefing_exported,
    "task.added": _task_added,
    "task.assigned": _task_assigned,
    "task.finished": _task_finished,
    "task.waived": _task_waived,
    "task.reopened": _task_reopened,
    "link.added": _linked,
    "link.ended": _unlinked,
    "member.added": _member_added,
    "member.removed": _member_removed,
    "compartment.opened": _restricted,
}
