// SPDX-License-Identifier: Apache-2.0
// The list of a graph grows where somebody asks; the drawing beside it is fetched only on pages that have one.
import { all, announce, one, word } from "./page.js";

let loading;
const load = () => (loading ??= import(one('meta[name="longwatch-assets"]').dataset.graph));

async function fetched(page, node, cursor) {
  const address = new URL(page.dataset.more, location.href);
  address.searchParams.set("node", node);
  if (cursor) address.searchParams.set("cursor", cursor);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content.querySelector(".graph-ties");
}

// The ties of a list, as the drawing takes them.
export function ties(list) {
  const rows = [...list.children].filter((each) => each.dataset.node);
  return rows.map(({ dataset: { node, sort, label, tie } }) => ({ of: list.dataset.of, node, sort, label, tie }));
}

async function expand(page, button, drawing) {
  const row = button.closest(".graph-tie");
  const open = row.querySelector(":scope > .graph-ties");
  if (open) {
    open.hidden = !open.hidden;
    button.setAttribute("aria-expanded", String(!open.hidden));
    return;
  }
  const list = await fetched(page, row.dataset.node);
  row.append(list);
  button.setAttribute("aria-expanded", "true");
  tell(list, drawing);
}

async function more(page, button, drawing) {
  const list = button.closest(".graph-ties");
  const found = await fetched(page, list.dataset.of, button.dataset.graphMore);
  const first = found.firstElementChild;
  tell(found, drawing);
  button.closest(".graph-more").replaceWith(...found.children);
  first?.querySelector("a")?.focus();
}

function tell(list, drawing) {
  const added = ties(list);
  announce(word("graphAdded", { n: added.length }));
  drawing.then((drawn) => drawn?.add(added), () => {});
}

function reveal(page, node) {
  const row = all(".graph-tie", page).find((each) => each.dataset.node === node);
  const link = row?.querySelector("[data-expand]");
  link?.scrollIntoView({ block: "nearest" });
  link?.focus();
}

export function startGraphs() {
  const page = one("[data-graph-page]");
  if (!page) return;
  const { start, startLabel, startSort } = page.dataset;
  const drawing = load().then(({ drawGraph }) => drawGraph(one("[data-graph-drawing]", page), {
    start: { node: start, label: startLabel, sort: startSort }, ties: all(".graph-ties", page).flatMap(ties),
    chosen: (node) => reveal(page, node),
  }));
  drawing.catch(() => one("[data-graph-drawing]", page)?.remove());
  all("[data-expand]", page).forEach((each) => each.setAttribute("aria-expanded", "false"));
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-expand], [data-graph-more]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const act = button.hasAttribute("data-expand") ? expand : more;
    // What cannot be fetched here is a page of its own.
    act(page, button, drawing).catch(() => location.assign(button.href)).finally(() => { button.ariaBusy = null; });
  });
}
