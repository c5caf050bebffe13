# SPDX-License-Identifier: Apache-2.0
"""What happened to cases, said to people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.cases.models import CaseType, Conclusion, FindingKind, Monitoring, ResidualRisk
from longwatch.enrichment.sentences import OF_RECORDS as ANALYSIS_SENTENCES
from longwatch.entities.sentences import SENTENCES as ENTITY_SENTENCES
from longwatch.evidence.sentences import SENTENCES as EVIDENCE_SENTENCES
from longwatch.records.sentences import SENTENCES as RECORD_SENTENCES
from longwatch.records.sentences import Sentence, with_reason

Fields = Mapping[str, Any]

FIELD_NAMES = {
    "title": gettext_lazy("the title"),
    "type": gettext_lazy("the type"),
    "summary": gettext_lazy("the summary"),
    "findings": gettext_lazy("the findings"),
    "root_cause": gettext_lazy("the root cause"),
    "actions_taken": gettext_lazy("the actions taken"),
    "residual_risk": gettext_lazy("the residual risk"),
    "residual_risk_rationale": gettext_lazy("the reasons for the residual risk"),
    "remediation": gettext_lazy("the remediation"),
    "lessons_learned": gettext_lazy("the lessons learned"),
    "prevention": gettext_lazy("the prevention"),
    "monitoring_decision": gettext_lazy("the monitoring decision"),
    "monitoring_interval_days": gettext_lazy("the monitoring interval"),
    "monitoring_owner_id": gettext_lazy("who monitors"),
    "monitoring_trigger": gettext_lazy("what would reopen the case"),
}


def _word(choices: Any, value: object) -> str:
    return str(choices(value).label).lower() if value in choices.values else str(value or "")


def _field_names(fields: Fields) -> str:
    changed = fields.get("after") or {}
    return ", ".join(str(FIELD_NAMES.get(name, name)) for name in changed)


def opened(fields: Fields) -> str:
    """Somebody opened the case."""
    return _("opened the case as %(type)s") % {"type": _word(CaseType, fields.get("type"))}


def lead_named(fields: Fields) -> str:
    """Somebody made somebody the lead."""
    if fields.get("before"):
        return _("made %(after)s the lead instead of %(before)s") % {
            "after": fields["after"],
            "before": fields["before"],
        }
    return _("made %(after)s the lead") % {"after": fields.get("after", "")}


def monitoring_handed_over(fields: Fields) -> str:
    """Who watches the closed case left, and somebody else does."""
    words = {"after": fields.get("after"), "before": fields.get("before")}
    return _("made %(after)s the one who monitors, instead of %(before)s") % words


def amended(fields: Fields) -> str:
    """Somebody changed title, type or summary."""
    return _("changed %(what)s") % {"what": _field_names(fields)}


def held(fields: Fields) -> str:
    """Somebody put the case on hold."""
    review = fields.get("review_on")
    day = formats.date_format(date.fromisoformat(review), "j M Y") if isinstance(review, str) else ""
    return with_reason(_("put the case on hold until %(day)s") % {"day": day}, fields.get("reason"))


def allegation_added(fields: Fields) -> str:
    """Somebody added an allegation or question."""
    words = {"kind": _word(FindingKind, fields.get("kind")), "number": fields.get("number"), "text": fields.get("text")}
    return _("added %(kind)s %(number)s: %(text)s") % words


def finding_recorded(fields: Fields) -> str:
    """Somebody answered it."""
    words = {
        "kind": _word(FindingKind, fields.get("kind")), "number": fields.get("number"),
        "after": _word(Conclusion, fields.get("after")), "before": _word(Conclusion, fields.get("before")),
    }  # fmt: skip
    if fields.get("before"):
        told = _("changed the finding on %(kind)s %(number)s from %(before)s to %(after)s") % words
    else:
        told = _("found %(kind)s %(number)s %(after)s") % words
    return with_reason(told, fields.get("reasoning"))


def decision_recorded(fields: Fields) -> str:
    """Somebody recorded a decision."""
    if fields.get("actor") == fields.get("decided_by"):
        return _("decided: %(what)s") % {"what": fields.get("what", "")}
    return _("recorded a decision of %(who)s: %(what)s") % {
        "who": fields.get("decided_by", ""), "what": fields.get("what", "")
    }  # fmt: skip


def decision_approved(fields: Fields) -> str:
    """Somebody approved a decision."""
    return _("approved the decision: %(what)s") % {"what": fields.get("what", "")}


def closure_written(fields: Fields) -> str:
    """Somebody wrote parts of the closure."""
    return _("wrote for the closure: %(what)s") % {"what": _field_names(fields)}


def closure_requested(fields: Fields) -> str:
    """Somebody asked for the closure."""
    words = {
        "risk": _word(ResidualRisk, fields.get("residual_risk")),
        "monitoring": _word(Monitoring, fields.get("monitoring_decision")),
    }
    return _("asked for closure, residual risk %(risk)s, %(monitoring)s") % words


def closed(fields: Fields) -> str:
    """A second person closed the case."""
    return _("approved the closure that %(who)s asked for; the case is closed") % {
        "who": fields.get("requested_by", "")
    }


def _told(words: Any, reason: str = "") -> Sentence:
    def sentence(fields: Fields) -> str:
        return with_reason(str(words), fields.get(reason)) if reason else str(words)

    return sentence


def _published(fields: Fields) -> str:
    return _("published to %(incident)s: %(text)s") % {"incident": fields.get("incident"), "text": fields.get("text")}


def _publication_requested(fields: Fields) -> str:
    words = {"incident": fields.get("incident"), "text": fields.get("text")}
    return _("asked counsel to publish to %(incident)s: %(text)s") % words


def _publication_withdrawn(fields: Fields) -> str:
    words = {"incident": fields.get("incident"), "text": fields.get("text")}
    return with_reason(_("withdrew from %(incident)s: %(text)s") % words, fields.get("reason"))


def _directed(fields: Fields) -> str:
    return _("directed this work, in the matter %(matter)s") % {"matter": fields.get("matter")}


def _witness_added(fields: Fields) -> str:
    return _("added the witness %(pseudonym)s") % {"pseudonym": fields.get("pseudonym")}


def _contact_shown(fields: Fields) -> str:
    said = _("looked at how to reach %(pseudonym)s") % {"pseudonym": fields.get("pseudonym")}
    return with_reason(said, fields.get("reason"))


SENTENCES: dict[str, Sentence] = {
    "publication.published": _published,
    "publication.requested": _publication_requested,
    "publication.withdrawn": _publication_withdrawn,
    "privilege.directed": _directed,
    "privilege.described": _told(gettext_lazy("described a line for the privilege log")),
    "privilege.log_exported": _told(gettext_lazy("took the privilege log away as a file")),
    "witness.added": _witness_added,
    "witness.contact_shown": _contact_shown,
    "criterion.set": lambda f: _("set the criterion “%(name)s”") % {"name": f.get("criterion")},
    "case.opened": opened,
    "case.lead_named": lead_named,
    "case.monitoring_handed_over": monitoring_handed_over,
    "case.amended": amended,
    "case.investigation_started": _told(gettext_lazy("started the investigation")),
    "case.held": held,
    "case.resumed": _told(gettext_lazy("resumed the investigation")),
    "case.allegation_added": allegation_added,
    "case.finding_recorded": finding_recorded,
    "case.decision_recorded": decision_recorded,
    "case.decision_approved": decision_approved,
    "case.closure_written": closure_written,
    "case.closure_requested": closure_requested,
    "case.closure_refused": _told(gettext_lazy("sent the closure back"), "reasons"),
    "case.closure_withdrawn": _told(gettext_lazy("took the request for closure back"), "reason"),
    "case.closed": closed,
    "case.reopened": _told(gettext_lazy("reopened the case"), "reason"),
}

# All that a case's timeline can hold.
CATALOGUE: dict[str, Sentence] = {
    **RECORD_SENTENCES, **ENTITY_SENTENCES, **EVIDENCE_SENTENCES, **ANALYSIS_SENTENCES, **SENTENCES,
}  # fmt: skip
