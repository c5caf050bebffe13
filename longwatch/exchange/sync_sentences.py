# SPDX-License-Identifier: Apache-2.0
"""What happened to the telling of senders, said to people as the rest of a sentence that begins with who did it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.records.sentences import Sentence

Fields = Mapping[str, Any]


def _words(fields: Fields) -> dict[str, Any]:
    several = fields.get("changed") or fields.get("occasions") or []
    return {"source": fields.get("source"), "host": fields.get("host"), "which": ", ".join(map(str, several))}


def _source(said: str) -> Sentence:
    return lambda fields: _(said) % _words(fields)


SENTENCES: dict[str, Sentence] = {
    "sender_sync.made": _source("has %(host)s told what becomes of the alerts of %(source)s (%(which)s)"),
    "sender_sync.changed": _source("changed how %(host)s is told of the alerts of %(source)s (%(which)s)"),
    "sender_sync.paused": _source("tells the sender of %(source)s nothing for now"),
    "sender_sync.resumed": _source("tells the sender of %(source)s again"),
    "sender_sync.ended": _source("tells the sender of %(source)s nothing more"),
    "sender_sync.tried": _source("sent a trial about a signal of %(source)s to %(host)s"),
    "sender_sync.resent": _source("had the sender of %(source)s told again of what it had refused"),
}
