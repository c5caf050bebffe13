# SPDX-License-Identifier: Apache-2.0
"""What happened to webhooks out, said to people as the rest of a sentence that begins with who did it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.records.sentences import Sentence, with_reason

Fields = Mapping[str, Any]


def _label(said: str) -> Sentence:
    return lambda fields: _(said) % {"label": fields.get("label")}


def _made(fields: Fields) -> str:
    words = {"label": fields.get("label"), "host": fields.get("host"), "account": fields.get("account")}
    return _("has %(host)s told of events, as “%(label)s”, as far as %(account)s may see them") % words


def _paused(fields: Fields) -> str:
    return with_reason(_("tells “%(label)s” nothing for now") % {"label": fields.get("label")}, fields.get("reason"))


def _resent(fields: Fields) -> str:
    if not fields.get("event"):
        return _("had “%(label)s” told again of an event that is closed to them") % {"label": fields.get("label")}
    words = {"label": fields.get("label"), "event": fields.get("event"), "entry": fields.get("entry")}
    return _("had “%(label)s” told again of %(event)s (entry %(entry)s)") % words


SENTENCES: dict[str, Sentence] = {
    "subscription.made": _made,
    "subscription.paused": _paused,
    "subscription.resumed": _label("tells “%(label)s” of events again"),
    "subscription.closed": _label("never tells “%(label)s” of events again"),
    "subscription.event_resent": _resent,
}
