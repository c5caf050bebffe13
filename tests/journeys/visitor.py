# SPDX-License-Identifier: Apache-2.0
"""A person at a browser: every page they look at must be sound, quiet and keep to itself."""

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, ViewportSize

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
STANDARDS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# All of these that look at colours, which are all that differs between dark and light.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Only what is wrong comes back: the rest is megabytes.
EXAMINE = """(rules) => axe.run({ runOnly: rules, resultTypes: ["violations"] }).then((found) => found.violations)"""
# A form that is refused is answered with its status; the browser's log says so and nothing is wrong.
EXPECTED = ("status of 404", "status of 409", "status of 422", "status of 429")
# What a download by link leaves in the log of a browser without a download shelf.
HARMLESS = ("net::ERR_ABORTED",)
# Ends what still changes: an inherited colour starts to only after its parent's has. Waiting would take as long as a
# busy machine takes to draw.
SETTLE = """async () => {
  const runs = (each) => each instanceof CSSTransition && each.playState === "running";
  const frame = () => new Promise((done) => setTimeout(done, 16));
  for (let quiet = 0, n = 0; quiet < 2 && n < 100; n += 1) {
    const found = document.getAnimations().filter(runs);
    found.forEach((each) => each.finish());
    quiet = found.length ? 0 : quiet + 1;
    await frame();
  }
}"""


@dataclass
class Visitor:
    """A browser context of one person, with everything that went wrong in it."""

    name: str
    base_url: str
    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)
    # axe is a script itself: without scripts only the page's own quiet can be checked.
    can_be_examined: bool = True

    def __post_init__(self) -> None:
        """Listen from the first page on."""
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        self.context.on("request", self._asked)

    def go(self, path: str) -> Page:
        """Open a page by its address and look at it."""
        self.page.goto(f"{self.base_url}{path}")
        self.look()
        return self.page

    def look(self) -> None:
        """Have axe look at the page in light and dark, once for each kind of page and state."""
        self.page.wait_for_load_state("networkidle" if not self._is_live() else "load")
        mark = f"{self.page.title()} {urlsplit(self.page.url).path}"
        if mark in self.looked_at or not self.can_be_examined:
            return
        self.looked_at.add(mark)
        self.page.evaluate(Axe().axe_script)
        schemes: tuple[tuple[Literal["dark", "light"], dict[str, Any]], ...] = (("dark", STANDARDS), ("light", COLOURS))
        for scheme, rules in schemes:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # Colours that are still changing belong to neither scheme.
            self.page.evaluate(SETTLE)
            found = self.page.evaluate(EXAMINE, rules)
            self.problems += [_told(violation, self.page.url, scheme) for violation in found]

    def _is_live(self) -> bool:
        return self.page.locator("[data-live]").count() > 0

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED + HARMLESS):
            self.problems.append(f"console at {self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.base_url).netloc:
            self.problems.append(f"a request to another host: {request.url}")


def _told(violation: dict[str, Any], url: str, scheme: str) -> str:
    places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:4])
    detail = violation["nodes"][0].get("failureSummary", "").replace("\n", " ")[:300]
    return f"axe {violation['id']} at {url} ({scheme}): {places}: {detail}"
