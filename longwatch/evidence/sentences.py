# SPDX-License-Identifier: Apache-2.0
"""What happened to evidence, said to people."""

from collections.abc import Callable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _


def received(fields: Mapping[str, Any]) -> str:
    """Somebody added a file."""
    size = filesizeformat(fields.get("size") or 0)
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
    return _("downloaded exhibit %(number)s: %(name)s") % _which(fields)


def _which(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": fields.get("number", ""), "name": fields.get("file_name", "")}


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "evidence.received": received,
    "evidence.withdrawn": withdrawn,
    "evidence.viewed": viewed,
    "evidence.downloaded": downloaded,
}
