# SPDX-License-Identifier: Apache-2.0
"""What the ledger's events about intelligence, inventory and watch-lists say to people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.records.sentences import Sentence


def _loaded(fields: Mapping[str, Any]) -> str:
    words = {name: fields.get(name, "") for name in ("values", "dataset")}
    return _("loaded %(values)s values of “%(dataset)s”, edition %(edition)s") % {
        **words, "edition": fields.get("edition") or "?",
    }  # fmt: skip


SENTENCES: dict[str, Sentence] = {
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
