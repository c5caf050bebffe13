// SPDX-License-Identifier: Apache-2.0
// Small things every module needs: the server's words, cookies, announcements.
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export function word(name, values = {}) {
  const text = one("#words")?.dataset[name] ?? "";
  return Object.entries(values).reduce((out, [key, value]) => out.replace(`{${key}}`, value), text);
}

export function remember(name, value) {
  const secure = location.protocol === "https:" ? ";Secure" : "";
  document.cookie = `longwatch_${name}=${encodeURIComponent(value)};Path=/;Max-Age=31536000;SameSite=Lax${secure}`;
}

export function announce(text) {
  const region = one("#announcer");
  if (region) region.textContent = text;
}

export const csrfToken = () => one('meta[name="csrf-token"]')?.content ?? "";

// Runs now, and again for whatever htmx puts on the page.
export function onContent(work) {
  work(document);
  document.addEventListener("htmx:after:swap", () => work(document));
}

export const typing = (element) =>
  Boolean(element?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]"));
