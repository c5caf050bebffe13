# SPDX-License-Identifier: Apache-2.0
"""What the ledger's events about signals say to people, and why a signal ranks where it does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.evidence.sentences import SENTENCES as EVIDENCE_SENTENCES
from longwatch.intake.models import REPORT_SLUG, DismissReason, Signal, SignalKind
from longwatch.records.models import RecordKind
from longwatch.records.sentences import SENTENCES as RECORD_SENTENCES
from longwatch.records.sentences import Sentence, moment_words, with_reason
from longwatch.web.moments import duration_words

Fields = Mapping[str, Any]


def _assigned(fields: Fields) -> str:
    before, after = fields.get("before"), fields.get("after")
    if after and before:
        return _("passed it from %(before)s to %(after)s") % {"before": before, "after": after}
    if after:
        return _("assigned it to %(after)s") % {"after": after}
    return _("took it from %(before)s; nobody has it now") % {"before": before}


def _dismissed(fields: Fields) -> str:
    return with_reason(
        _("dismissed it as “%(reason)s”") % {"reason": reason_words(fields.get("reason"))}, fields.get("note")
    )


def _reopened(fields: Fields) -> str:
    reason = reason_words(fields.get("reason_before"))
    return _("reopened it, which had been dismissed as “%(reason)s”") % {"reason": reason}


def _snoozed(fields: Fields) -> str:
    return _("snoozed it until %(until)s") % {"until": moment_words(fields.get("until"))}


def _received(fields: Fields) -> str:
    count = int(fields.get("count") or 1)
    return ngettext("was received", "was received %(count)s times", count) % {"count": count}


def _delivery_kept(fields: Fields) -> str:
    told = _("kept what %(source)s sent") % {"source": fields.get("source")}
    return with_reason(told, fields.get("reason"))


def _delivery_replayed(fields: Fields) -> str:
    count = int(fields.get("signals") or 0)
    told = ngettext("read %(count)s signal from what was kept", "read %(count)s signals from what was kept", count)
    return told % {"count": count}


def _settling_retried(fields: Fields) -> str:
    count = int(fields.get("signals") or 0)
    told = ngettext(
        "had %(count)s signal grouped and enriched again", "had %(count)s signals grouped and enriched again", count
    )
    return told % {"count": count}


def _in(one: str, other: str) -> Sentence:
    return lambda fields: one if fields.get("record_kind") == RecordKind.INCIDENT else other


def reason_words(reason: object) -> str:
    """A dismissal's reason without its explanation."""
    text = str(DismissReason(reason).label) if reason in DismissReason.values else str(reason or "")
    return text.partition(":")[0]


SENTENCES: dict[str, Sentence] = {
    **RECORD_SENTENCES,
    **EVIDENCE_SENTENCES,
    "signal.acknowledged": lambda _fields: _("acknowledged it"),
    "signal.unacknowledged": lambda _fields: _("marked it as new again"),
    "signal.assigned": _assigned,
    "signal.dismissed": _dismissed,
    "signal.marked_duplicate": lambda _fields: _("marked it as a duplicate"),
    "signal.reopened": _reopened,
    "signal.snoozed": _snoozed,
    "signal.unsnoozed": lambda _fields: _("brought it back before its time"),
    "signal.placed": lambda f: _in(_("made it part of an incident"), _("made it part of a case"))(f),
    "signal.released": lambda f: _in(_("took it out of an incident"), _("took it out of a case"))(f),
    "signal.closed": lambda f: _in(_("closed it with its incident"), _("closed it with its case"))(f),
    "signal.opened_again": lambda f: _in(_("reopened it with its incident"), _("reopened it with its case"))(f),
    "signal.received": _received,
    "suppression.made": lambda f: with_reason(
        _("keeps alerts quiet until %(until)s") % {"until": moment_words(f.get("expires_at"))}, f.get("reason")
    ),
    "suppression.extended": lambda f: with_reason(
        _("keeps alerts quiet until %(until)s now") % {"until": moment_words(f.get("expires_at"))}, f.get("reason")
    ),
    "suppression.ended": lambda _fields: _("lets these alerts be heard again"),
    "mapping.saved": lambda f: with_reason(
        _("saved version %(number)s of the mapping “%(mapping)s”")
        % {"number": f.get("number"), "mapping": f.get("mapping")},
        f.get("note"),
    ),
    "mapping.retired": lambda f: _("retired the mapping “%(mapping)s”") % {"mapping": f.get("mapping")},
    "webhook.opened": lambda f: _("set up the webhook “%(label)s”") % {"label": f.get("label")},
    "webhook.closed": lambda f: _("closed the webhook “%(label)s”") % {"label": f.get("label")},
    "poll.opened": lambda f: _("set up fetching over “%(label)s”") % {"label": f.get("label")},
    "poll.changed": lambda f: _("changed how is fetched over “%(label)s”") % {"label": f.get("label")},
    "poll.closed": lambda f: _("ended fetching over “%(label)s”") % {"label": f.get("label")},
    "mailbox.opened": lambda f: _("set up the mailbox “%(address)s”") % {"address": f.get("address")},
    "mailbox.closed": lambda f: _("closed the mailbox “%(address)s”") % {"address": f.get("address")},
    "delivery.kept": _delivery_kept,
    "delivery.replayed": _delivery_replayed,
    "source.settling_retried": _settling_retried,
    "reporter.thread_opened": lambda _fields: _("got a receipt, for writing back and forth"),
    "reporter.thread_moved": lambda _fields: _("the exchange with the reporter went where the report is handled"),
    "reporter.wrote": lambda _fields: _("wrote to the team"),
    "reporter.asked": lambda _fields: _("wrote to the reporter"),
    "identity.asked": lambda f: with_reason(_("asked the custodian who the reporter is"), f.get("motivation")),
    "identity.granted": lambda f: _("told %(name)s who the reporter is, for a time") % {"name": f.get("told")},
    "identity.denied": lambda f: with_reason(
        _("refused to tell %(name)s who the reporter is") % {"name": f.get("told")}, f.get("note")
    ),
    "identity.kept": lambda _fields: _("was kept for the custodian"),
    "identity.read": lambda _fields: _("read who the reporter is"),
    "compartment.person_excluded": lambda f: _("kept %(name)s out") % {"name": f.get("account")},
}


def ranking(signal: Signal, now: datetime) -> list[str]:
    """Why the signal stands where it does in the list: severity, repetition, age, source; in this order."""
    severity = signal.get_severity_display()
    if signal.kind == SignalKind.REPORT and signal.source.slug == REPORT_SLUG:
        sentences = [_("%(severity)s severity, from the kind of thing the reporter chose.") % {"severity": severity}]
    else:
        words = {"severity": severity, "source": signal.source.name}
        sentences = [_("%(severity)s severity, as “%(source)s” or its mapping set it.") % words]
    if signal.count > 1:
        span = duration_words(signal.last_seen - signal.first_seen)
        repeats = {"count": signal.count, "span": span}
        sentences.append(_("It arrived %(count)s times within %(span)s.") % repeats)
    else:
        sentences.append(_("It arrived once."))
    if not signal.only_day_known:
        sentences.append(_("It has waited %(span)s.") % {"span": duration_words(now - signal.first_seen)})
    if signal.previous_id:
        sentences.append(_("The same was reported before and closed."))
    return sentences
