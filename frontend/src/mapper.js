// SPDX-License-Identifier: Apache-2.0
// Making a mapping: the field one is in is what a click on the record fills; what comes of it is shown while one types.
import { all, one } from "./page.js";

let later, asked, next;
let busy = false;
const ours = (event) => event.detail.ctx?.sourceElement?.matches?.("[data-mapper]");

async function look(form) {
  asked?.abort();
  asked = new AbortController();
  const body = new FormData(form);
  body.set("act", "look");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" }, signal: asked.signal });
    if (!answer.ok || answer.redirected) return;
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-preview]");
    if (shown) one("[data-preview]", form)?.replaceWith(shown);
  } catch { /* Asked again with the next key. */ }
}

function aim(field) {
  const radio = one(`input[name=target][value="${field.dataset.slot}"]`, field.form ?? field.closest("form"));
  if (!radio || radio.checked) return;
  radio.checked = true;
  mark(radio);
}

function mark(radio) {
  for (const slot of all("[data-slot]", radio.form)) slot.classList.toggle("is-target", slot.dataset.slot === radio.value);
}

function step(event) {
  const leaves = all("button", event.target.closest("[data-tree]"));
  const next = leaves[leaves.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function startMapper() {
  // A click while the one before is on its way waits for it: each builds on what the last one made.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-mapper] button[name=act]");
    if (!button || !busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    next = button.value;
  }, true);
  document.addEventListener("htmx:before:request", (event) => { if (ours(event)) busy = true; });
  document.addEventListener("htmx:finally:request", (event) => {
    if (!ours(event)) return;
    busy = false;
    const value = next;
    next = undefined;
    if (value) all("[data-mapper] button[name=act]").find((each) => each.value === value)?.click();
  });
  document.addEventListener("focusin", ({ target }) => {
    const slot = target.closest?.("[data-mapper] [data-slot]");
    if (slot) aim(slot);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("[data-mapper] input[name=target]")) mark(target);
  });
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => {
      const form = target.closest?.("[data-mapper]");
      if (!form || target.name === "target" || target.name === "text") return;
      clearTimeout(later);
      later = setTimeout(look, 250, form);
    });
  }
  document.addEventListener("keydown", (event) => {
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest?.("[data-tree]")) step(event);
  });
}
