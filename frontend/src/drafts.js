// SPDX-License-Identifier: Apache-2.0
// What somebody typed on a signed-in page survives an error, a lost connection or an expired session, in this tab only.
// The rule for every form that changes something; not for one with a password, nor with data-keep="no" (tokens).
import { all, one, onContent, word } from "./page.js";
import { showToast } from "./toasts.js";

const SENT = "draft-sent";
const FIELDS = "textarea[name], input[name]:not([type=hidden], [type=file], [type=checkbox], [type=radio], [type=submit], [type=button], [type=search])";
const shell = () => one(".shell");
const address = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
// Whoever signs in next in this tab is not shown somebody else's text.
const keyOf = (form) => `draft:${shell().dataset.person}:${address(form)}`;
const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "{}");

function texts(form) {
  if (!form?.closest(".shell") || form.getAttribute("method")?.toLowerCase() !== "post") return [];
  if (form.dataset.keep === "no" || one("input[type=password]", form)) return [];
  return [...form.elements].filter((each) => each.matches(FIELDS));
}

// With each text what the field said before: what somebody else wrote there meanwhile is not overwritten.
function save(form) {
  const fields = texts(form);
  if (!fields.length) return;
  const kept = read(keyOf(form));
  for (const { name, value, defaultValue } of fields) {
    const was = kept[name]?.was ?? defaultValue;
    if (value === was) delete kept[name];
    else kept[name] = { was, text: value };
  }
  if (Object.keys(kept).length) sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
  else sessionStorage.removeItem(keyOf(form));
}

function showBeside(field, text) {
  const note = Object.assign(document.createElement("p"), { className: "field-help", textContent: `${word("yours")} ${text}` });
  note.dir = "auto";
  field.after(note);
}

function restore(form) {
  const fields = texts(form);
  if (!fields.length || form.dataset.keepReady) return;
  form.dataset.keepReady = "yes";
  const kept = read(keyOf(form));
  const differing = fields.filter(({ name, value }) => kept[name] && value !== kept[name].text);
  for (const field of differing) {
    const { was, text } = kept[field.name];
    if (field.value === was) field.value = text;
    else if (text) showBeside(field, text);
  }
  if (differing.length) showToast(word("restored"));
}

function forget(form) {
  if (texts(form).length) sessionStorage.removeItem(keyOf(form));
}

// A plain form that was taken leads on to a signed-in page; one that was refused, or that met the sign-in page, does not.
function settle() {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [arrival] = performance.getEntriesByType("navigation");
  if (sent && shell() && arrival?.type === "navigate" && arrival.redirectCount) sessionStorage.removeItem(sent);
}

function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft:")) sessionStorage.removeItem(key);
}

export function startDrafts() {
  settle();
  onContent((root) => all("form", root).forEach(restore));
  document.addEventListener("input", ({ target }) => save(target.form));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (address(form).endsWith("/logout/")) forgetAll();
    if (event.defaultPrevented || !texts(form).length) return;
    save(form);
    sessionStorage.setItem(SENT, keyOf(form));
  });
  document.addEventListener("click", ({ target }) => {
    const cancel = target.closest?.("form .form-actions a");
    if (cancel) forget(cancel.closest("form"));
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { request, response, sourceElement } = event.detail.ctx;
    const form = sourceElement?.closest?.("form");
    if (form && request.method !== "GET" && response?.status < 400) {
      forget(form);
      form.removeAttribute("data-keep-ready");
    }
  });
}
