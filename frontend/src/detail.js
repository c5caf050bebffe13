// SPDX-License-Identifier: Apache-2.0
// The detail beside a list: loaded once, never taken from under an open dialog; what is pressed meanwhile waits for it.
import { one } from "./page.js";

// Requests whose answer will replace the detail.
const under = new Set();
let held = null;
let waiting = null;

const place = () => one("#detail");
const shown = () => one("#detail [data-signal]");
const dialog = () => one("#detail dialog[open]");
const replaces = (ctx) => Boolean(place()) && ctx.target === place();
const reads = (ctx) => ctx.request.method === "GET";
const judging = () => [...under].some((ctx) => !reads(ctx));

export const isLoading = () => under.size > 0;

// The first key counts: a second one would judge what nobody has seen yet.
export function afterLoading(act) {
  waiting ??= act;
}

// A row that is shown already, as it stands: nothing to load.
function isShown(link) {
  const row = link.closest?.("[data-row]");
  return row && shown()?.dataset.signal === row.id.replace("signal-", "") && shown().dataset.version === row.dataset.version;
}

function choose(link) {
  shown().setAttribute("data-chosen", "");
  const address = link.getAttribute("hx-push-url");
  if (address === location.pathname + location.search) return;
  if (!history.state?.htmx) history.replaceState({ htmx: true }, "", location.href);
  history.pushState({ htmx: true }, "", address);
}

function asked(event) {
  const { ctx } = event.detail;
  if (!replaces(ctx)) return;
  if (reads(ctx)) waiting = null;
  if (reads(ctx) && isShown(ctx.sourceElement)) {
    event.preventDefault();
    choose(ctx.sourceElement);
  } else {
    under.add(ctx);
  }
}

function arrives(event) {
  const { ctx } = event.detail;
  if (!replaces(ctx)) return;
  if (dialog() && !dialog().contains(ctx.sourceElement)) {
    event.preventDefault();
    held = ctx.sourceElement;
  } else {
    held = null;
  }
}

function over(event) {
  if (!under.delete(event.detail.ctx) || isLoading()) return;
  const act = waiting;
  waiting = null;
  act?.();
}

// The answer to an outcome brings a new detail: a dialog opened now would go with the old one.
function openLater(event) {
  const opener = event.target.closest?.("#detail [data-open-dialog]");
  if (!opener || !judging()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const [signal, wanted] = [shown()?.dataset.signal, opener.dataset.openDialog];
  afterLoading(() => shown()?.dataset.signal === signal && one(`#detail [data-open-dialog="${wanted}"]`)?.click());
}

export function startDetail() {
  document.addEventListener("htmx:before:request", asked);
  document.addEventListener("htmx:before:swap", arrives);
  document.addEventListener("htmx:finally:request", over);
  document.addEventListener("click", openLater, true);
  document.addEventListener("pointerdown", () => { waiting = null; });
  // The row that was chosen while a dialog was open has its turn when that is closed.
  document.addEventListener("close", () => {
    const link = held;
    held = null;
    if (link?.isConnected && !judging()) link.click();
  }, true);
}
