// SPDX-License-Identifier: Apache-2.0
// Menus, theme, rail, copy buttons, going back, leaving fast.
import { all, announce, one, remember, word } from "./page.js";

const root = document.documentElement;

function setTheme(choice) {
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  remember("theme", choice);
  all("[data-theme-choice]").forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.themeChoice === choice)));
}

function fold() {
  root.dataset.rail = root.dataset.rail === "icons" ? "words" : "icons";
  remember("rail", root.dataset.rail);
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("is-done");
  announce(word("copied"));
  setTimeout(() => button.classList.remove("is-done"), 1500);
}

function closeMenus(except) {
  for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
}

// Somebody may be looking over the reporter's shoulder: cover the page, forget it, go somewhere harmless.
function leave(link) {
  document.body.replaceChildren();
  sessionStorage.clear();
  location.replace(link.href);
}

function onClick(event) {
  const hit = (selector) => event.target.closest?.(selector);
  closeMenus(hit("details.menu"));
  if (hit("[data-copy]")) copy(hit("[data-copy]"));
  if (hit("[data-rail-fold]")) fold();
  if (hit("[data-back]")) history.back();
  if (hit("[data-print]")) window.print();
  if (hit("[data-theme-choice]")) setTheme(hit("[data-theme-choice]").dataset.themeChoice);
  if (hit("[data-exit-page]")) {
    event.preventDefault();
    leave(hit("[data-exit-page]"));
  }
}

// On a phone the tabs scroll: the one that is open belongs in sight.
function showCurrentTab() {
  for (const tab of all(".tabs [aria-current]")) {
    const strip = tab.parentElement;
    strip.scrollLeft += tab.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - tab.offsetWidth) / 2;
  }
}

export function startShell() {
  showCurrentTab();
  document.addEventListener("click", onClick);
  let escapes = 0;
  document.addEventListener("keydown", (event) => {
    escapes = event.key === "Shift" && !event.repeat ? escapes + 1 : 0;
    if (escapes === 3 && one("[data-exit-page]")) leave(one("[data-exit-page]"));
    if (event.key !== "Escape") return;
    const open = one("details.menu[open]");
    closeMenus();
    one("summary", open ?? document.createElement("i"))?.focus();
  });
  // The theme is remembered on the server too, without leaving the page.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-preferences]")) return;
    event.preventDefault();
    fetch(event.target.action, { method: "POST", headers: { "X-Quiet": "yes" }, body: new FormData(event.target, event.submitter), redirect: "manual" });
  });
}
