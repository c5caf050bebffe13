# SPDX-License-Identifier: Apache-2.0
"""Marked words in results. PostgreSQL marks with private characters, so that escaping comes before the HTML."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

START, END = "\ue000", "\ue001"


def marked(text: str) -> SafeString:
    """The text as HTML: everything escaped, found words in <mark>."""
    # Escaped first; the only tags are ours.
    return mark_safe(str(escape(text)).replace(START, "<mark>").replace(END, "</mark>"))  # noqa: S308


def unmarked(text: str) -> str:
    """The text without marks."""
    return text.replace(START, "").replace(END, "")
