# SPDX-License-Identifier: Apache-2.0
"""What the ledger's events about intelligence, inventory and watch-lists say to people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.enrichment.analysis_models import Failure
from longwatch.intake.sentences import SENTENCES as OF_SIGNALS
from longwatch.records.sentences import Sentence


def _loaded(fields: Mapping[str, Any]) -> str:
    words = {name: fields.get(name, "") for name in ("values", "dataset")}
    return ngettext(
        "loaded %(values)s value of “%(dataset)s”, edition %(edition)s",
        "loaded %(values)s values of “%(dataset)s”, edition %(edition)s", int(words["values"] or 0),
    ) % {
        **words, "edition": fields.get("edition") or "?",
    }  # fmt: skip


def _analyzer_set(fields: Mapping[str, Any]) -> str:
    words = {"analyzer": fields.get("analyzer", "")}
    if not fields.get("enabled"):
        return _("set up the analyzer %(analyzer)s, not enabled") % words
    if fields.get("network"):
        return _("enabled the analyzer %(analyzer)s, with network") % words
    return _("enabled the analyzer %(analyzer)s, without network") % words


def _asked(fields: Mapping[str, Any]) -> str:
    marks = f"TLP:{fields.get('tlp', '')}, PAP:{fields.get('pap', '')}".upper()
    return _("asked the analyzer %(analyzer)s about %(value)s (%(marks)s)") % {
        "analyzer": fields.get("analyzer", ""), "value": fields.get("value", ""), "marks": marks,
    }  # fmt: skip


def _answered(fields: Mapping[str, Any]) -> str:
    failure = str(fields.get("failure") or "")
    words = {"analyzer": fields.get("analyzer", ""), "value": fields.get("value", "")}
    if not failure:
        return _("got an answer of the analyzer %(analyzer)s about %(value)s") % words
    why = str(Failure(failure).label) if failure in Failure.values else failure
    return _("got no answer of the analyzer %(analyzer)s about %(value)s: %(why)s") % {**words, "why": why}


OF_RECORDS: dict[str, Sentence] = {"analysis.asked": _asked, "analysis.finished": _answered}
# They stand in the histories of signals, which are told by a package below this one.
OF_SIGNALS.update(OF_RECORDS)
SENTENCES: dict[str, Sentence] = {
    **OF_RECORDS,
    "analyzer.set": _analyzer_set,
    "feed.opened": lambda fields: _("set up the feed “%(label)s”") % {"label": fields.get("label", "")},
    "feed.changed": lambda fields: _("changed the feed “%(label)s”") % {"label": fields.get("label", "")},
    "feed.closed": lambda fields: _("ended the feed “%(label)s”") % {"label": fields.get("label", "")},
    "intel.loaded": _loaded,
    "intel.removed": lambda fields: _("removed the list “%(dataset)s”") % fields,
    "inventory.added": lambda fields: _("added “%(item)s” to the inventory") % fields,
    "inventory.changed": lambda fields: _("changed “%(item)s” in the inventory") % fields,
    "inventory.removed": lambda fields: _("took “%(item)s” out of the inventory") % fields,
    "watchlist.made": lambda fields: _("made the watch-list “%(watchlist)s”: %(reason)s") % fields,
    "watchlist.changed": lambda fields: _("changed the watch-list “%(watchlist)s”") % fields,
    "watchlist.entry_added": lambda fields: _("put %(value)s on the watch-list “%(watchlist)s”") % fields,
    "watchlist.entry_removed": lambda fields: _("took %(value)s off the watch-list “%(watchlist)s”") % fields,
}
