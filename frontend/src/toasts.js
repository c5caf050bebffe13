// SPDX-License-Identifier: Apache-2.0
// Confirmations stay ten seconds with an undo, six without; they wait while somebody is on them.
import { all, one } from "./page.js";

const STAY_MS = 6000;
const STAY_UNDO_MS = 10000;

function arm(toast) {
  if (toast.dataset.armed || toast.hasAttribute("data-stay")) return;
  toast.dataset.armed = "yes";
  let left = toast.hasAttribute("data-undo") ? STAY_UNDO_MS : STAY_MS;
  const tick = setInterval(() => {
    if (!toast.isConnected) clearInterval(tick);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    left -= 250;
    if (left <= 0) {
      clearInterval(tick);
      toast.remove();
    }
  }, 250);
}

export function showToast(text, level = "info") {
  const toast = document.createElement("div");
  toast.className = `toast toast-${level}`;
  toast.append(Object.assign(document.createElement("span"), { className: "toast-text", textContent: text }));
  one("#toasts")?.append(toast);
  arm(toast);
}

export function startToasts() {
  const region = one("#toasts");
  if (!region) return;
  all(".toast", region).forEach(arm);
  new MutationObserver(() => all(".toast", region).forEach(arm)).observe(region, { childList: true, subtree: true });
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
}
