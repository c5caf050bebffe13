// SPDX-License-Identifier: Apache-2.0
// Live pages: an event refreshes what is marked, or offers to while somebody is reading or typing.
import htmx from "htmx.org";
import { FIRST_DELAY, nextDelay } from "./live-delay.js";
import { all, one, typing, word } from "./page.js";

let source;
let delay = FIRST_DELAY;
// How many new ones wait to be shown, and whether anything else changed.
let waiting = 0;
let changed = false;
let title;
let lastMove = 0;
let ownUntil = 0;

const regions = () => all("[data-live-refresh]");
const busy = () =>
  (typing(document.activeElement) && Boolean(document.activeElement.closest("main"))) ||
  String(getSelection()).length > 0 ||
  Boolean(one("dialog[open], [data-select]:checked")) ||
  (Date.now() - lastMove < 3000 && regions().some((region) => region.matches(":hover")));

// A number is said only where all that is new will show; what a filter leaves of it nobody has counted.
const counted = () => waiting > 0 && !one("[data-live-partial]");

function badge() {
  title ??= document.title;
  const icon = one('link[rel="icon"]');
  icon.dataset.plain ??= icon.getAttribute("href");
  const news = document.hidden && (waiting > 0 || changed);
  icon.href = news ? icon.dataset.new : icon.dataset.plain;
  document.title = news && counted() ? `(${waiting}) ${title}` : title;
}

function refresh() {
  waiting = 0;
  changed = false;
  all(".live-notice").forEach((notice) => notice.remove());
  regions().forEach((region) => htmx.trigger(region, "live"));
  badge();
}

function offer() {
  const text = counted() ? word("new", { n: waiting }) : word("changed");
  const [first] = regions();
  const shown = one(".live-notice button");
  if (shown) shown.textContent = text;
  if (shown || !first) return;
  const notice = Object.assign(document.createElement("div"), { className: "live-notice" });
  notice.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  button.addEventListener("click", refresh);
  notice.append(button);
  first.before(notice);
}

function arrived(event) {
  let news = 0;
  try {
    news = Number(JSON.parse(event.data).new ?? 0);
  } catch { /* Any text at all means that something changed. */ }
  tell(news, news === 0 && Date.now() < ownUntil);
}

function tell(news, own = false) {
  // What one did oneself is on the page already; it is not news.
  if (own) {
    if (!busy() && !document.hidden) refresh();
    return;
  }
  waiting += news;
  changed ||= news === 0;
  if (document.hidden) badge();
  if (busy() || document.hidden) offer();
  else refresh();
}

function lost() {
  source.close();
  one("[data-live]")?.removeAttribute("data-live-ready");
  setTimeout(() => one("[data-live]") && connect(), delay * (0.75 + Math.random() / 2));
  delay = nextDelay(delay);
  if (delay > 4000) showOffline(true);
}

function showOffline(is) {
  const shown = one(".offline");
  if (!is) shown?.remove();
  else if (!shown) document.body.append(Object.assign(document.createElement("div"), { className: "offline", role: "status", textContent: word("offline") }));
}

function connect() {
  // The server remembers what changed since it began to render this page, also while no stream told of it.
  source = new EventSource(`${one("[data-live]").dataset.live}?since=${one("[data-began]")?.dataset.began ?? ""}`);
  source.addEventListener("ready", ({ data }) => {
    const { missed = true } = JSON.parse(data);
    if (missed) tell(0);
    one("[data-live]")?.setAttribute("data-live-ready", "");
    delay = FIRST_DELAY;
    showOffline(false);
  });
  source.onerror = lost;
  source.onmessage = arrived;
  source.addEventListener("change", arrived);
}

export function startLive() {
  if (!one("[data-live]")) return;
  connect();
  const changes = ({ detail }) => (detail.ctx?.request?.method ?? "GET").toUpperCase() !== "GET";
  document.addEventListener("htmx:before:request", (event) => { if (changes(event)) ownUntil = Infinity; });
  document.addEventListener("htmx:finally:request", (event) => { if (changes(event)) ownUntil = Date.now() + 1000; });
  document.addEventListener("pointermove", () => { lastMove = Date.now(); }, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (waiting || changed) && !busy()) refresh();
    badge();
  });
  addEventListener("pagehide", () => source?.close());
}
