// SPDX-License-Identifier: Apache-2.0
// form data-upload="address": with scripts its files are sent so that they can go on after an interruption. The client
// for it is fetched when somebody uses such a form; should that fail, the form is sent as it is.
import { one } from "./page.js";

let loading;
const load = () => (loading ??= import(one('meta[name="longwatch-assets"]').dataset.uploads));
const chosen = (form) => one("input[type=file]", form).files;

async function onSubmit(event) {
  const form = event.target;
  if (!form.dataset?.upload || form.dataset.plain || !chosen(form).length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    (await load()).send(form);
  } catch {
    form.dataset.plain = "yes";
    form.requestSubmit();
  }
}

export function startUploads() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("change", ({ target }) => {
    if (target.type === "file" && target.closest("form[data-upload]")) load().catch(() => {});
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-upload-forget]");
    if (button) load().then((uploads) => uploads.forget(button));
  });
}
