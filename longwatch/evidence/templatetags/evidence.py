# SPDX-License-Identifier: Apache-2.0
"""Small words of the evidence templates."""

from collections.abc import Mapping
from uuid import UUID

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from longwatch.evidence.models import CustodyEvent, Exhibit
from longwatch.web.templatetags.longwatch import day, when

register = template.Library()

ICONS = {"image": "image", "video": "video", "audio": "mic", "text": "file-text", "message": "mail"}


@register.filter
def file_icon(content_type: str) -> str:
    """The icon of a sort of file."""
    archive = content_type in (
        "application/zip",
        "application/gzip",
        "application/x-tar",
        "application/x-7z-compressed",
    )
    return "archive" if archive else ICONS.get(content_type.partition("/")[0], "paperclip")


@register.filter
def file_word(content_type: str) -> str:
    """What sort of file it is, in few words; an unknown type as it is written."""
    words = {
        "image/png": _("PNG image"), "image/jpeg": _("JPEG image"), "image/gif": _("GIF image"),
        "image/webp": _("WebP image"), "application/pdf": _("PDF document"), "text/plain": _("text"),
        "text/html": _("web page"), "application/zip": _("ZIP archive"), "message/rfc822": _("e-mail"),
        "application/octet-stream": _("unknown type"), "application/json": "JSON",
        "application/vnd.microsoft.portable-executable": _("Windows program"), "video/mp4": _("MP4 video"),
    }  # fmt: skip
    return words.get(content_type, content_type)


@register.filter
def why_dangerous(reasons: Mapping[UUID, str], exhibit_id: UUID) -> str:
    """Why an exhibit of a list is dangerous."""
    return reasons.get(exhibit_id, "")


@register.simple_tag
def when_received(exhibit: Exhibit) -> SafeString:
    """When an exhibit was received; the day alone, when that is all that is kept."""
    return day(exhibit.received_at) if exhibit.only_day_known else when(exhibit.received_at)


@register.simple_tag
def when_linked(link: CustodyEvent) -> SafeString:
    """When a link of the chain of custody was made; the day alone, when that is all that is kept."""
    return day(link.at) if link.only_day_known else when(link.at)
