// SPDX-License-Identifier: Apache-2.0
// Text of form[data-keep] survives an error, a lost connection or an expired session, in this tab only.
import { all, announce, onContent, typing, word } from "./page.js";

const keyOf = (form) => `draft:${form.dataset.keep || form.getAttribute("action") || ""}:${location.pathname}`;
const texts = (form) => [...form.elements].filter((each) => each.name && typing(each) && !["password", "file", "hidden"].includes(each.type));

function save(form) {
  const values = Object.fromEntries(texts(form).filter((each) => each.value !== each.defaultValue).map((each) => [each.name, each.value]));
  if (Object.keys(values).length) sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  else sessionStorage.removeItem(keyOf(form));
}

function restore(form) {
  if (form.dataset.keepReady) return;
  form.dataset.keepReady = "yes";
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "{}");
  const empty = texts(form).filter((each) => kept[each.name] && each.tagName !== "SELECT" && !each.value);
  empty.forEach((each) => { each.value = kept[each.name]; });
  if (empty.length) announce(word("restored"));
}

export function startDrafts() {
  onContent((root) => all("form[data-keep]", root).forEach(restore));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-keep]");
    if (form) save(form);
  });
  // A plain post that succeeds leads away from the form; the page it leads to says so.
  document.addEventListener("htmx:after:request", (event) => {
    const { response, sourceElement } = event.detail.ctx;
    const form = sourceElement?.closest?.("form[data-keep]");
    if (form && response?.status < 400) {
      sessionStorage.removeItem(keyOf(form));
      form.removeAttribute("data-keep-ready");
    }
  });
  for (const done of all("[data-kept-done]")) {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(`draft:${done.dataset.keptDone}:`)) sessionStorage.removeItem(key);
  }
}
