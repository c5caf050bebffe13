# SPDX-License-Identifier: Apache-2.0
"""Holds, retention and disposals, said to people as the rest of a sentence that begins with who did it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.cases.sentences import CATALOGUE as OF_CASES
from longwatch.incidents.sentences import CATALOGUE as OF_INCIDENTS
from longwatch.lifecycle.models import Outcome
from longwatch.records.sentences import Sentence, with_reason

Fields = Mapping[str, Any]


def _outcome(fields: Fields) -> str:
    outcome = fields.get("outcome")
    return str(Outcome(outcome).label) if outcome in Outcome.values else str(outcome or "")


def _placed(fields: Fields) -> str:
    return with_reason(_("ordered to keep everything, for the matter %(matter)s") % {"matter": fields.get("matter")},
                       fields.get("reason"))  # fmt: skip


def _released(fields: Fields) -> str:
    return with_reason(_("ended the legal hold for the matter %(matter)s") % {"matter": fields.get("matter")},
                       fields.get("reason"))  # fmt: skip


def _proposed(fields: Fields) -> str:
    words = _("proposed that the content of this record goes (%(outcome)s)") % {"outcome": _outcome(fields)}
    return with_reason(words, fields.get("note"))


def _approved(fields: Fields) -> str:
    return with_reason(_("agreed that the content of this record goes"), fields.get("reason"))


def _refused(fields: Fields) -> str:
    return with_reason(_("decided to keep this record until %(until)s") % {"until": fields.get("until")},
                       fields.get("reason"))  # fmt: skip


def _sought(fields: Fields) -> str:
    if fields.get("named"):
        return str(_("looked for a person here, to propose that they are erased: this record names them"))
    return str(_("looked for a person here, to propose that they are erased: nothing that they may search names them"))


def _stopped(fields: Fields) -> str:
    return with_reason(_("stopped: not all content had gone"), fields.get("reason"))


def _decided(fields: Fields) -> str:
    words = {
        "disclose": _("agreed that a data subject gets to read what concerns them here"),
        "redact": _("agreed that a data subject gets to read a part of what concerns them here"),
        "comply": _("agreed to do here as a data subject asked"),
    }  # fmt: skip
    return words.get(str(fields.get("choice")), _("withheld from a data subject what concerns them here"))


SENTENCES: dict[str, Sentence] = {
    "hold.placed": _placed,
    "hold.released": _released,
    "disposal.proposed": _proposed,
    "disposal.person_sought": _sought,
    "disposal.approved": _approved,
    "disposal.refused": _refused,
    "disposal.progressed": lambda fields: _("erased the next part of the content"),
    "disposal.taken_up": lambda fields: _("took it on to carry out what was agreed to go"),
    "disposal.stopped": _stopped,
    "erasure.performed": lambda fields: _("erased what names people"),
    "disposal.certified": lambda fields: _("finished the disposal of this record"),
    "subject_request.opened": lambda fields: _("opened a request of a data subject"),
    "subject_request.asked": lambda fields: _("asked for a decision: a data subject asked about their data"),
    "subject_request.decided": _decided,
    "subject_request.extended": lambda fields: with_reason(
        _("set the answer to a data subject for %(day)s") % {"day": fields.get("due_on")}, fields.get("reason")
    ),
    "subject_request.packaged": lambda fields: _("took away what a data subject gets to read"),
    "subject_request.answered": lambda fields: _("answered a request of a data subject"),
    "retention.changed": lambda fields: with_reason(_("changed a retention class"), fields.get("reason")),
}
# They stand in the histories of incidents and cases, which are told by packages below this one.
OF_CASES.update(SENTENCES)
OF_INCIDENTS.update(SENTENCES)
