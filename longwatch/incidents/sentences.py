# SPDX-License-Identifier: Apache-2.0
"""What happened to incidents, said to people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from longwatch.enrichment.sentences import OF_RECORDS as ANALYSIS_SENTENCES
from longwatch.entities.sentences import SENTENCES as ENTITY_SENTENCES
from longwatch.evidence.sentences import SENTENCES as EVIDENCE_SENTENCES
from longwatch.incidents.models import CaseAnswer, Disposition, IncidentStatus, NoticeKind, ResponderRole
from longwatch.records.categories import category_of
from longwatch.records.sentences import SENTENCES as RECORD_SENTENCES
from longwatch.records.sentences import Fields, Sentence, moment_words, with_reason
from longwatch.records.severity import SEVERITY_BY_WORD

FIELD_WORDS = {
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "category": gettext_lazy("category"),
    "place": gettext_lazy("place"),
    "latitude": gettext_lazy("point on the map"),
    "longitude": gettext_lazy("point on the map"),
    "occurred_at": gettext_lazy("time it happened"),
    "next_action": gettext_lazy("next action"),
    "next_action_due": gettext_lazy("time of the next action"),
}
LONGEST_VALUE = 80


def severity_words(word: object) -> str:
    """The severity in the reader's language; an unknown word as it is."""
    found = SEVERITY_BY_WORD.get(str(word))
    return str(found.label).lower() if found is not None else str(word)


def _label(choices: Any, value: object) -> str:
    return str(choices(value).label).lower() if value in choices.values else str(value)


def _opened(fields: Fields) -> str:
    words = {"severity": severity_words(fields.get("severity")), "signals": fields.get("signals")}
    if fields.get("signals"):
        sentence = (
            ngettext(
                "opened the incident from a signal, severity %(severity)s",
                "opened the incident from %(signals)s signals, severity %(severity)s",
                int(fields["signals"]),
            )
            % words
        )
    else:
        sentence = _("opened the incident, severity %(severity)s") % words
    return with_reason(sentence, fields.get("severity_reason"))


def _amended(fields: Fields) -> str:
    before, after = fields.get("before") or {}, fields.get("after") or {}
    if set(after) <= {"next_action", "next_action_due"}:
        return _next_action(after)
    names = list(dict.fromkeys(str(FIELD_WORDS.get(name, name)) for name in after))
    if len(after) == 1:
        name = next(iter(after))
        words = {"name": names[0], "before": _value(name, before.get(name)), "after": _value(name, after[name])}
        if not words["before"]:
            return _("set the %(name)s to “%(after)s”") % words
        return _("changed the %(name)s from “%(before)s” to “%(after)s”") % words
    return _("changed the %(names)s") % {"names": ", ".join(names)}


def _next_action(after: Fields) -> str:
    action, due = after.get("next_action"), moment_words(after.get("next_action_due"))
    if action:
        sentence = _("set the next action: %(action)s") % {"action": action}
        return _("%(sentence)s, due %(due)s") % {"sentence": sentence, "due": due} if due else sentence
    if due:
        return _("moved the next action to %(due)s") % {"due": due}
    return _("cleared the next action")


def _value(name: str, value: object) -> str:
    if name == "category":
        return str(category_of(str(value)).name)
    text = moment_words(value) or str(value or "")
    return f"{text[:LONGEST_VALUE]}…" if len(text) > LONGEST_VALUE else text


def _severity_changed(fields: Fields) -> str:
    before, after = SEVERITY_BY_WORD.get(str(fields.get("before"))), SEVERITY_BY_WORD.get(str(fields.get("after")))
    words = {"before": severity_words(fields.get("before")), "after": severity_words(fields.get("after"))}
    raised = before is not None and after is not None and after > before
    sentence = (
        _("raised the severity from %(before)s to %(after)s")
        if raised
        else _("lowered the severity from %(before)s to %(after)s")
    )
    return with_reason(sentence % words, fields.get("reason"))


def _status_changed(fields: Fields) -> str:
    words = {"after": _label(IncidentStatus, fields.get("after"))}
    return with_reason(_("moved it to %(after)s") % words, fields.get("reason"))


def _command_taken(fields: Fields) -> str:
    words = {"before": fields.get("before"), "after": fields.get("after")}
    if words["after"] and fields.get("actor") == words["after"]:
        sentence = _("took command from %(before)s") if words["before"] else _("took command")
    elif words["before"] and fields.get("actor") == words["before"]:
        sentence = _("handed the command to %(after)s")
    elif words["before"]:
        sentence = _("handed the command from %(before)s to %(after)s")
    else:
        sentence = _("made %(after)s commander")
    return with_reason(sentence % words, fields.get("reason"))


def _command_laid_down(fields: Fields) -> str:
    return _("ended the command of %(before)s; nobody commands now") % {"before": fields.get("before")}


def _responder_added(fields: Fields) -> str:
    return _("added %(account)s as %(role)s") % {
        "account": fields.get("account"), "role": _label(ResponderRole, fields.get("role")),
    }  # fmt: skip


def _responder_released(fields: Fields) -> str:
    return _("released %(account)s as %(role)s") % {
        "account": fields.get("account"), "role": _label(ResponderRole, fields.get("role")),
    }  # fmt: skip


def _merged(fields: Fields) -> str:
    return with_reason(_("merged it into %(into)s") % {"into": fields.get("into")}, fields.get("reason"))


def _closed(fields: Fields) -> str:
    words = {
        "disposition": _label(Disposition, fields.get("disposition")),
        "case": _label(CaseAnswer, fields.get("case_answer")), "summary": fields.get("summary"),
    }  # fmt: skip
    return _("closed the incident (%(disposition)s; %(case)s): %(summary)s") % words


def _reopened(fields: Fields) -> str:
    return with_reason(_("reopened the incident"), fields.get("reason"))


def _notice_published(fields: Fields) -> str:
    words = {
        "kind": str(_label(NoticeKind, fields.get("kind"))).lower(), "text": fields.get("text"),
        "about": fields.get("about"), "until": moment_words(fields.get("expires_at")),
    }  # fmt: skip
    said = _("published a notice (%(kind)s): %(text)s") % words
    if words["about"]:
        said = _("published a notice (%(kind)s) about %(about)s: %(text)s") % words
    return _("%(said)s (until %(until)s)") % {"said": said, "until": words["until"]} if words["until"] else said


def _notice_withdrawn(fields: Fields) -> str:
    return _("withdrew the notice: %(text)s") % {"text": fields.get("text")}


def _opened_by_rule(fields: Fields) -> str:
    words = {"rule": fields.get("rule"), "threshold": fields.get("threshold")}
    sentence = _("opened the incident because a group of the rule “%(rule)s” reached %(threshold)s signals") % words
    return with_reason(sentence, " ".join(fields.get("why") or ()))


def _group_taken_out(fields: Fields) -> str:
    count = int(fields.get("signals") or 0)
    words = ngettext(
        "took the group with its %(count)s signal out of the incident",
        "took the group with its %(count)s signals out of the incident",
        count,
    )
    return with_reason(words % {"count": count}, fields.get("reason"))


SENTENCES: dict[str, Sentence] = {
    "incident.opened_by_rule": _opened_by_rule,
    "incident.group_taken_out": _group_taken_out,
    "notice.published": _notice_published,
    "notice.withdrawn": _notice_withdrawn,
    "incident.opened": _opened,
    "incident.amended": _amended,
    "incident.severity_changed": _severity_changed,
    "incident.status_changed": _status_changed,
    "incident.command_taken": _command_taken,
    "incident.command_laid_down": _command_laid_down,
    "responder.added": _responder_added,
    "responder.released": _responder_released,
    "incident.merged": _merged,
    "incident.closed": _closed,
    "incident.reopened": _reopened,
}

# All that an incident's timeline can tell.
CATALOGUE: dict[str, Sentence] = {
    **RECORD_SENTENCES, **ENTITY_SENTENCES, **EVIDENCE_SENTENCES, **ANALYSIS_SENTENCES, **SENTENCES,
}  # fmt: skip
