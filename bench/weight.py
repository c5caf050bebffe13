# SPDX-License-Identifier: Apache-2.0
"""What a browser with an empty cache has to fetch for the main pages, and from where."""

import argparse
import gzip
import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.people import Town

BUDGET_KB = 150
PAGES = {"sign-in": "/accounts/login/", "report form": "/report", "inbox": "/inbox", "board": "/board",
         "incidents": "/incidents", "cases": "/cases", "search": "/search"}  # fmt: skip
OPEN = ("sign-in", "report form")
# What a browser fetches by itself: style sheets, scripts, preloaded fonts, pictures.
TAGS = re.compile(r"<(link|script|img)\b[^>]*?\s(?:href|src)=\"([^\"]+)\"[^>]*>", re.IGNORECASE)
FETCHED_LINKS = ("stylesheet", "preload", "modulepreload", "icon", "manifest")
IN_STYLES = re.compile(r"url\([\"']?([^)\"']+)[\"']?\)")


@dataclass
class _Page:
    """One page: bytes sent by kind, and hosts other than ours."""

    sizes: dict[str, int] = field(default_factory=dict)
    plain_html: int = 0
    foreign: set[str] = field(default_factory=set)

    @property
    def total(self) -> float:
        return sum(self.sizes.values()) / 1000


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Bytes of the main pages with everything they fetch."""
    cookie = town.session("analyst")
    return [_figure(name, _weigh(installation, path, "" if name in OPEN else cookie)) for name, path in PAGES.items()]


def _figure(name: str, page: _Page) -> Figure:
    kinds: dict[str, int] = {}
    for path, size in page.sizes.items():
        kind = path.rpartition(".")[2] if "." in path else "html"
        kinds[kind] = kinds.get(kind, 0) + size
    parts = ", ".join(f"{kind} {size / 1000:.0f}" for kind, size in sorted(kinds.items()))
    said = f"{page.total:.0f} kB ({parts})"
    if page.foreign:
        said += f"; also from {', '.join(sorted(page.foreign))}"
    details = {"bytes": page.sizes, "html before compression": page.plain_html}
    met = page.total <= BUDGET_KB and not page.foreign
    return Figure(f"page weight: {name}", f"<= {BUDGET_KB} kB, own host only", said, met, details)


def _weigh(installation: Installation, path: str, cookie: str) -> _Page:
    page = _Page()
    size, text, _ = _fetch(installation, path, cookie)
    page.sizes["page"], page.plain_html = size, len(text)
    todo = [target for tag, target in TAGS.findall(text) if _is_fetched(tag, target, text)]
    while todo:
        target = urljoin(installation.base + path, todo.pop())
        address = urlsplit(target)
        if address.scheme in ("http", "https") and address.netloc != f"{HOST}:{installation.port}":
            page.foreign.add(address.netloc)
        elif address.scheme != "data" and address.path not in page.sizes:
            page.sizes[address.path], content, kind = _fetch(installation, address.path, cookie)
            if "css" in kind:
                todo += [urljoin(address.path, found) for found in _used(content)]
    return page


def _is_fetched(tag: str, target: str, text: str) -> bool:
    if tag.lower() != "link":
        return True
    whole = next((found for found in re.findall(r"<link\b[^>]*>", text) if f'"{target}"' in found), "")
    return any(word in whole for word in FETCHED_LINKS)


def _used(styles: str) -> list[str]:
    """Fonts that style sheets name; a browser fetches those that the page's text needs."""
    return [target for target in IN_STYLES.findall(styles) if ".woff2" in target]


def _fetch(installation: Installation, path: str, cookie: str) -> tuple[int, str, str]:
    """The bytes of the body as sent, the text, and the content type."""
    line = http.client.HTTPConnection(HOST, installation.port, timeout=30)
    line.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip", "Accept": "text/html,*/*"})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    packed = answer.getheader("Content-Encoding") == "gzip"
    plain = gzip.decompress(body) if packed else body
    return len(body), plain.decode(errors="replace"), answer.getheader("Content-Type") or ""
