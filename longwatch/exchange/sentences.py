# SPDX-License-Identifier: Apache-2.0
"""What happened to bundles, said to people as the rest of a sentence that begins with who did it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.cases.sentences import CATALOGUE as OF_CASES
from longwatch.entities.markings import Tlp
from longwatch.exchange.audiences import Audience, Choice, Kind
from longwatch.exchange.hook_sentences import SENTENCES as OF_WEBHOOKS
from longwatch.exchange.sharing.formats import FileFormat
from longwatch.exchange.sync_sentences import SENTENCES as OF_SENDERS
from longwatch.incidents.sentences import CATALOGUE as OF_INCIDENTS
from longwatch.records.sentences import Sentence, with_reason

Fields = Mapping[str, Any]


def _for(fields: Fields) -> str:
    audience = fields.get("audience")
    return str(Audience(audience).label) if audience in Audience.values else str(audience or "")


def _requested(fields: Fields) -> str:
    words = {"audience": _for(fields), "recipient": fields.get("recipient")}
    return with_reason(_("asked for a bundle for %(recipient)s (%(audience)s)") % words, fields.get("purpose"))


def _created(fields: Fields) -> str:
    words = {"audience": _for(fields), "recipient": fields.get("recipient")}
    return _("made a bundle of this record for %(recipient)s (%(audience)s)") % words


def _cancelled(fields: Fields) -> str:
    return _("cancelled a bundle (%(audience)s)") % {"audience": _for(fields)}


def _failed(fields: Fields) -> str:
    return with_reason(_("did not get a bundle (%(audience)s)") % {"audience": _for(fields)}, fields.get("failure"))


def _downloaded(fields: Fields) -> str:
    words = {"audience": _for(fields), "recipient": fields.get("recipient")}
    return _("downloaded the bundle for %(recipient)s (%(audience)s)") % words


def _shared(fields: Fields) -> str:
    form, tlp = fields.get("format"), fields.get("tlp")
    words = {
        "recipient": fields.get("recipient"),
        "format": FileFormat(form).label if form in FileFormat.values else form,
        "tlp": Tlp(tlp).label if tlp in Tlp.values else tlp,
    }  # fmt: skip
    said = _("gave %(recipient)s this record as a file (%(format)s, up to %(tlp)s)") % words
    return with_reason(said, fields.get("purpose"))


def _item(fields: Fields) -> str:
    kind = fields.get("item_kind")
    return str(Kind(kind).label).lower() if kind in Kind.values else str(kind or "")


def _decided(fields: Fields) -> str:
    words = {"audience": _for(fields), "kind": _item(fields)}
    said = _("released an item to this audience: %(audience)s (%(kind)s)")
    if fields.get("choice") == Choice.WITHHOLD:
        said = _("withheld an item from this audience: %(audience)s (%(kind)s)")
    return with_reason(said % words, fields.get("reason"))


def _decision_ended(fields: Fields) -> str:
    words = {"audience": _for(fields), "kind": _item(fields)}
    return _("took back a decision about an item for this audience: %(audience)s (%(kind)s)") % words


SENTENCES: dict[str, Sentence] = (
    {
        "export.requested": _requested,
        "export.created": _created,
        "export.cancelled": _cancelled,
        "export.failed": _failed,
        "export.downloaded": _downloaded,
        "export.shared": _shared,
        "export.item_decided": _decided,
        "export.item_decision_ended": _decision_ended,
    }
    | OF_WEBHOOKS
    | OF_SENDERS
)

# The timelines of both stand below this package and tell its events too.
for _catalogue in (OF_CASES, OF_INCIDENTS):
    _catalogue.update(SENTENCES)
