# SPDX-License-Identifier: Apache-2.0
"""Long addresses inside a text, drawn short without being cut: what is copied, searched and read aloud is whole."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

LONGEST = 72
HEAD, TAIL = 44, 16
# An address whose host alone is longer than this is shown whole: its end is what tells where it leads.
LONGEST_HOST = 100
_LONG = re.compile(rf"\S{{{LONGEST + 1},}}")
# As browsers read it, a backslash ends a host too; and a defanged address is one.
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.\-\[]*:\]?(?://|\\\\)[^/?#\\]*")
_BARE = re.compile(r"[\w\-.\[\]]+\.[\w\-.\[\]:]+")


def shortened_html(text: str) -> SafeString:
    """The text as HTML. Of an address the host always stays to be seen, so that nothing can hide behind a long path."""
    text, end = str(text), 0
    parts: list[str] = []
    for found in _LONG.finditer(text):
        parts += [text[end : found.start()], _short(found[0])]
        end = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, text[end:]]))


def _short(word: str) -> SafeString:
    head = max(HEAD, _host_end(word))
    if head > LONGEST_HOST or len(word) - head - TAIL < TAIL:
        return escape(word)
    return format_html(
        '<span class="long" title="{}"><span class="long-head">{}</span><span class="long-middle">{}</span>{}</span>',
        word, word[:head], word[head:-TAIL], word[-TAIL:],
    )  # fmt: skip


def _host_end(word: str) -> int:
    """Where the host of an address ends; one that is no more than a host is a host all through."""
    found = _AUTHORITY.search(word) or _BARE.match(word)
    return found.end() + 1 if found is not None else 0
