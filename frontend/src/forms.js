// SPDX-License-Identifier: Apache-2.0
// Filter forms send themselves; an error summary takes the focus; Ctrl+Enter sends the form one writes in.
import { one, onContent } from "./page.js";

let later;
const send = (form) => form.requestSubmit();

function showErrors(root) {
  const summary = one("[data-error-summary]:not([data-shown], [data-example] *)", root);
  if (!summary) return;
  summary.dataset.shown = "yes";
  summary.focus();
}

export function startForms() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-auto-submit]");
    if (form && event.target.type !== "search") send(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-auto-submit][hx-get]");
    if (!form || event.target.type !== "search") return;
    clearTimeout(later);
    later = setTimeout(send, 300, form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("textarea")?.form;
    if (form) {
      event.preventDefault();
      send(form);
    }
  });
  onContent(showErrors);
}
