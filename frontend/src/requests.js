// SPDX-License-Identifier: Apache-2.0
// What every htmx request carries, and what happens when it does not arrive.
import { csrfToken } from "./page.js";
import { showToast } from "./toasts.js";
import { word } from "./page.js";

let open = 0;
const wait = (step) => {
  open = Math.max(0, open + step);
  document.documentElement.classList.toggle("is-waiting", open > 0);
};

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:before:request", () => wait(1));
document.addEventListener("htmx:finally:request", () => wait(-1));

// A second click on Save while the first one is on its way is the same wish, not another: notes cannot be taken back.
const sending = new Set();
const changing = ({ ctx }) => ctx.request.method !== "GET" && ctx.sourceElement?.tagName === "FORM";
document.addEventListener("htmx:before:request", ({ detail }) => changing(detail) && sending.add(detail.ctx.sourceElement));
document.addEventListener("htmx:finally:request", ({ detail }) => sending.delete(detail.ctx.sourceElement));
document.addEventListener("submit", (event) => {
  if (!sending.has(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// A redirect that ended on a whole page (signing in, most often) is a place to go to, not a part to swap in.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  if (response?.raw.redirected && /^\s*<!doctype html/i.test(text ?? "")) {
    event.preventDefault();
    location.href = response.raw.url;
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.request) showToast(word("failed"), "error");
});
