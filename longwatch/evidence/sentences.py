# SPDX-License-Identifier: Apache-2.0
"""What happened to evidence, said to people."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from longwatch.web.sizes import size_words


def received(fields: Mapping[str, Any]) -> str:
    """Somebody added a file."""
    size = size_words(fields.get("size") or 0)
    return _("added exhibit %(number)s: %(name)s (%(size)s)") % {**_which(fields), "size": size}


def withdrawn(fields: Mapping[str, Any]) -> str:
    """Somebody withdrew an exhibit."""
    reason = fields.get("reason", "")
    return _("withdrew exhibit %(number)s, %(name)s: %(reason)s") % {**_which(fields), "reason": reason}


def viewed(fields: Mapping[str, Any]) -> str:
    """Somebody looked at an exhibit."""
    return _("viewed exhibit %(number)s: %(name)s") % _which(fields)


def downloaded(fields: Mapping[str, Any]) -> str:
    """Somebody took a copy of an exhibit."""
    if fields.get("reason"):
        return _("downloaded exhibit %(number)s, %(name)s: %(reason)s") % _which(fields)
    return _("downloaded exhibit %(number)s: %(name)s") % _which(fields)


def exported(fields: Mapping[str, Any]) -> str:
    """A copy of an exhibit went into a bundle."""
    return _("exported exhibit %(number)s, %(name)s: %(reason)s") % _which(fields)


def item_received(fields: Mapping[str, Any]) -> str:
    """Somebody added a thing."""
    if fields.get("place"):
        return _("added exhibit %(number)s, a thing: %(name)s (kept at %(place)s)") % _which(fields)
    return _("added exhibit %(number)s, a thing: %(name)s") % _which(fields)


def transferred(fields: Mapping[str, Any]) -> str:
    """Somebody handed an exhibit over."""
    if fields.get("reason"):
        return _("handed exhibit %(number)s, %(name)s, over from %(giver)s to %(receiver)s: %(reason)s") % _which(
            fields
        )
    return _("handed exhibit %(number)s, %(name)s, over") % _which(fields)


def offered(fields: Mapping[str, Any]) -> str:
    """Somebody offered an exhibit to somebody else."""
    return _("offered exhibit %(number)s, %(name)s, from %(giver)s to %(receiver)s: %(reason)s") % _which(fields)


def receipt_confirmed(fields: Mapping[str, Any]) -> str:
    """Somebody took over what was offered to them."""
    return _("confirmed the receipt of exhibit %(number)s, %(name)s, from %(giver)s") % _which(fields)


def receipt_refused(fields: Mapping[str, Any]) -> str:
    """Somebody did not take what was offered to them."""
    return _("refused to take exhibit %(number)s, %(name)s, from %(giver)s: %(reason)s") % _which(fields)


def offer_taken_back(fields: Mapping[str, Any]) -> str:
    """Somebody took an offer back."""
    if fields.get("reason"):
        return _("took the offer of exhibit %(number)s, %(name)s, to %(receiver)s back: %(reason)s") % _which(fields)
    return _("took the offer of exhibit %(number)s, %(name)s, to %(receiver)s back") % _which(fields)


def seal_applied(fields: Mapping[str, Any]) -> str:
    """Somebody sealed an exhibit."""
    return _("put seal %(seal)s on exhibit %(number)s: %(name)s") % _which(fields)


def seal_opened(fields: Mapping[str, Any]) -> str:
    """Somebody opened the seal of an exhibit."""
    return _("opened seal %(seal)s of exhibit %(number)s, %(name)s: %(reason)s") % _which(fields)


def held(fields: Mapping[str, Any]) -> str:
    """An exhibit came under legal hold."""
    return _("put exhibit %(number)s, %(name)s, under legal hold: %(reason)s") % _which(fields)


def released(fields: Mapping[str, Any]) -> str:
    """An exhibit left a legal hold."""
    return _("released exhibit %(number)s, %(name)s, from legal hold: %(reason)s") % _which(fields)


def verified(fields: Mapping[str, Any]) -> str:
    """The bytes of an exhibit were read again."""
    return _("verified exhibit %(number)s, %(name)s: the bytes are those that were received") % _which(fields)


def damaged(fields: Mapping[str, Any]) -> str:
    """The bytes of an exhibit are not what they were."""
    if fields.get("found") == "missing":
        return _("found exhibit %(number)s, %(name)s, damaged: its stored bytes are missing") % _which(fields)
    return _("found exhibit %(number)s, %(name)s, damaged: its stored bytes were changed") % _which(fields)


def encrypted(fields: Mapping[str, Any]) -> str:
    """The bytes of an older version were encrypted."""
    return _("encrypted the stored bytes of exhibit %(number)s: %(name)s") % _which(fields)


def marked_dangerous(fields: Mapping[str, Any]) -> str:
    """Somebody marked an exhibit as dangerous."""
    return _("marked exhibit %(number)s, %(name)s, as dangerous: %(reason)s") % _which(fields)


def attachment_extracted(fields: Mapping[str, Any]) -> str:
    """An attachment became an exhibit of its own."""
    return _("took out an attachment, exhibit %(number)s, %(name)s: %(reason)s") % _which(fields)


def custody_reported(fields: Mapping[str, Any]) -> str:
    """Somebody took a custody report away."""
    return _("took a custody report of exhibit %(number)s, %(name)s: %(reason)s") % _which(fields)


def copy_made(fields: Mapping[str, Any]) -> str:
    """A copy was made, or not."""
    if fields.get("state") == "ready":
        return _("made a safe copy of exhibit %(number)s: %(name)s") % _which(fields)
    return _("could not make a safe copy of exhibit %(number)s: %(name)s") % _which(fields)


def scanned(fields: Mapping[str, Any]) -> str:
    """A scanner looked at an exhibit."""
    if fields.get("verdict") == "hit":
        return _("found exhibit %(number)s, %(name)s, dangerous by %(scanner)s: %(found)s") % _which(fields)
    if fields.get("verdict") == "failed":
        return _("could not check exhibit %(number)s, %(name)s, by %(scanner)s") % _which(fields)
    return _("checked exhibit %(number)s, %(name)s, by %(scanner)s: nothing found") % _which(fields)


def key_made(fields: Mapping[str, Any]) -> str:
    """A key was made."""
    return _("made a key for evidence")


def key_destroyed(fields: Mapping[str, Any]) -> str:
    """A key was destroyed."""
    return _("destroyed a key for evidence, which nobody can read any more: %(reason)s") % _which(fields)


def keys_rewrapped(fields: Mapping[str, Any]) -> str:
    """The master key was renewed."""
    return _("locked %(keys)s keys for evidence with another master key") % _which(fields)


def _which(fields: Mapping[str, Any]) -> dict[str, Any]:
    names = ("number", "reason", "place", "giver", "receiver", "seal", "keys", "scanner", "found")
    said = {name: fields.get(name, "") for name in names}
    return said | {"name": fields.get("file_name", ""), "number": fields.get("mark") or fields.get("number", "")}


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "evidence.received": received,
    "evidence.withdrawn": withdrawn,
    "evidence.viewed": viewed,
    "evidence.downloaded": downloaded,
    "evidence.exported": exported,
    "evidence.item_received": item_received,
    "evidence.transferred": transferred,
    "evidence.offered": offered,
    "evidence.receipt_confirmed": receipt_confirmed,
    "evidence.receipt_refused": receipt_refused,
    "evidence.offer_taken_back": offer_taken_back,
    "evidence.seal_applied": seal_applied,
    "evidence.seal_opened": seal_opened,
    "evidence.held": held,
    "evidence.released": released,
    "evidence.verified": verified,
    "evidence.damaged": damaged,
    "evidence.encrypted": encrypted,
    "evidence.marked_dangerous": marked_dangerous,
    "evidence.attachment_extracted": attachment_extracted,
    "evidence.copy_made": copy_made,
    "evidence.custody_reported": custody_reported,
    "evidence.scanned": scanned,
    "evidence.key_made": key_made,
    "evidence.key_destroyed": key_destroyed,
    "evidence.keys_rewrapped": keys_rewrapped,
}
