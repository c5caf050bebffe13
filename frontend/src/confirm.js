// SPDX-License-Identifier: Apache-2.0
// data-confirm="What will happen" asks in a dialog first; data-confirm-detail and data-confirm-yes refine the words.
import { one } from "./page.js";

function ask({ confirm, confirmDetail = "", confirmYes = "" }) {
  const [dialog, yes] = [one("#confirm"), one("#confirm-yes")];
  one("#confirm-text").textContent = confirm;
  one("#confirm-detail").textContent = confirmDetail;
  yes.textContent = confirmYes || yes.dataset.default;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

function onAct(event) {
  const element = event.target.closest?.("[data-confirm]");
  const isForm = element?.matches("form");
  if (!element || element.dataset.confirmed || isForm !== (event.type === "submit")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(element.dataset).then((agreed) => {
    if (!agreed) return;
    element.dataset.confirmed = "yes";
    if (isForm) element.requestSubmit(event.submitter);
    else element.click();
    delete element.dataset.confirmed;
  });
}

export function startConfirm() {
  document.addEventListener("click", onAct, true);
  document.addEventListener("submit", onAct, true);
  document.addEventListener("htmx:confirm", (event) => {
    const text = event.detail.ctx.confirm;
    if (!text) return;
    event.preventDefault();
    ask({ confirm: text }).then((agreed) => (agreed ? event.detail.issueRequest() : event.detail.dropRequest()));
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    if (event.target.closest?.("[data-close-dialog]")) event.target.closest("dialog")?.close();
    if (event.target.matches?.("dialog[open]")) event.target.close();
  });
}
