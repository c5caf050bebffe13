# SPDX-License-Identifier: Apache-2.0
"""The words of an HTML page and the addresses of its links, in time that grows with its length alone.

Nothing of it is obeyed or fetched. What is no tag is text; what begins and never ends, ends the page.
"""

import html
import re

# Elements whose content nobody reads, and what ends them.
SILENT = ("script", "style", "head", "title", "noscript", "template")
BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "blockquote", "hr"})
LONGEST_TAG = 8_000
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)")
_ADDRESS = re.compile(r"""\b(?:href|action)\s{0,20}=\s{0,20}(?:"([^"]{1,3000})"|'([^']{1,3000})'|([^\s"'>]{1,3000}))""",
                      re.IGNORECASE)  # fmt: skip
_SPACES = re.compile(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")
_LINES = re.compile(r"\n{3,}")


class _Page:
    """One page being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.small = text.lower()
        self.words: list[str] = []
        self.links: list[str] = []
        self._missing: set[str] = set()

    def find(self, mark: str, at: int) -> int:
        """Where a mark comes next, or where the page ends; what is missing is looked for once."""
        if mark in self._missing:
            return len(self.text)
        found = self.small.find(mark, at)
        if found < 0:
            self._missing.add(mark)
            return len(self.text)
        return found

    def read(self) -> None:
        """Take it apart."""
        at = 0
        while at < len(self.text):
            start = self.find("<", at)
            self.words.append(self.text[at:start])
            at = self._tag(start)

    def _tag(self, start: int) -> int:
        """Read what begins with a tag's mark; returns where to go on."""
        if self.text.startswith("<!--", start):
            return self.find("-->", start + 4) + 3
        name = _NAME.match(self.text, start + 1)
        if name is None and not self.text.startswith(("<!", "<?"), start):
            self.words.append(self.text[start : start + 1])
            return start + 1
        end = self.find(">", start + 1) + 1
        if name is None:
            return end
        self._named(name[1].lower(), name.group().startswith("/"), self.text[start : min(end, start + LONGEST_TAG)])
        kind = name[1].lower()
        if kind in SILENT and not name.group().startswith("/"):
            return self._after_silent(kind, end)
        return end

    def _named(self, kind: str, is_end: bool, tag: str) -> None:
        if kind in BREAKS:
            self.words.append("\n")
        if not is_end:
            for found in _ADDRESS.finditer(tag):
                link = html.unescape(next(group for group in found.groups() if group)).strip()
                if link and not link.startswith("#"):
                    self.links.append(link)
                    self.words.append(f" <{link}> " if kind in ("a", "area", "form") else "")

    def _after_silent(self, kind: str, end: int) -> int:
        until = self.find(f"</{kind}", end)
        # A head or title without end hides the page from browsers, too, but not from us.
        if until >= len(self.text) and kind not in ("script", "style"):
            return end
        return self.find(">", until) + 1


def page_words(text: str) -> tuple[str, list[str]]:
    """The words of a page, and the address of each link in it."""
    page = _Page(text)
    page.read()
    words = html.unescape("".join(page.words)).replace("\r\n", "\n")
    words = _SPACES.sub("\n", _BLANKS.sub(" ", words))
    return _LINES.sub("\n\n", words).strip(), list(dict.fromkeys(page.links))
