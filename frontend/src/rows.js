// SPDX-License-Identifier: Apache-2.0
// Moving through a list with j, k, o, and choosing rows with x or shift-click.
import { isLoading } from "./detail.js";
import { all, announce, one, word } from "./page.js";

let lastChosen = null;
const list = () => one("[data-list]");
const rows = () => all("[data-row]", list() ?? document.createElement("i"));
const current = () => rows().find((row) => row.hasAttribute("data-current"));
const opener = (row) => one("[data-row-open]", row) ?? one("a", row) ?? row;

function mark(row) {
  current()?.removeAttribute("data-current");
  row.setAttribute("data-current", "");
}

// A list that was fetched again marks what stands beside it: the keys act on that, whatever arrived above it.
function markShown() {
  const shown = one("#detail [data-signal]")?.dataset.signal;
  const row = rows().find((each) => each.id === `signal-${shown}`);
  if (row && !isLoading()) mark(row);
}

function moveTo(row) {
  if (!row) return;
  mark(row);
  opener(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (list().hasAttribute("data-list-follow")) opener(row).click();
}

function onRow({ detail }) {
  const found = rows();
  const place = found.indexOf(current());
  if (detail === "next") moveTo(found[Math.min(place + 1, found.length - 1)]);
  if (detail === "previous") moveTo(found[Math.max(place - 1, 0)]);
  if (detail === "open" && place >= 0) opener(found[place]).click();
  if (detail === "select" && place >= 0) one("[data-select]", found[place])?.click();
  if (detail === "range" && place >= 0) chooseUpTo(one("[data-select]", found[place]));
}

function chooseUpTo(box) {
  if (!box) return;
  box.checked = true;
  chooseRange(box);
  lastChosen = box;
  showChosen();
}

function chooseRange(box) {
  const boxes = all("[data-select]");
  const [from, to] = [boxes.indexOf(lastChosen), boxes.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
}

export function showChosen() {
  const chosen = all("[data-select]:checked").length;
  const text = word("selected", { n: chosen });
  for (const bar of all("[data-bulk]")) {
    bar.hidden = chosen === 0;
    all("[data-bulk-count]", bar).forEach((place) => { place.textContent = text; });
  }
  if (chosen) announce(text);
}

export function startRows() {
  document.addEventListener("longwatch:row", onRow);
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-select]");
    if (box) {
      if (event.shiftKey) chooseRange(box);
      lastChosen = box;
      showChosen();
    }
    const whole = event.target.closest?.("[data-select-all]");
    if (whole) {
      all("[data-select]").forEach((each) => { each.checked = whole.checked; });
      showChosen();
    }
    if (event.target.closest?.("[data-bulk-clear]")) {
      all("[data-select], [data-select-all]").forEach((each) => { each.checked = false; });
      showChosen();
    }
    const row = event.target.closest?.("[data-row]");
    if (row && !box) mark(row);
  });
  document.addEventListener("htmx:after:swap", () => {
    showChosen();
    markShown();
  });
}
