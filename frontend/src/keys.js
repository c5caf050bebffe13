// SPDX-License-Identifier: Apache-2.0
// One registry for every key: it is the page itself. data-key="e", data-key="/ Control+k", data-key-seq="g b".
import { afterLoading, isLoading } from "./detail.js";
import { all, one, typing } from "./page.js";

const SEQUENCE_MS = 1200;
const LIST_KEYS = { j: "next", k: "previous", o: "open", x: "select" };
let pending = [];
let pendingUntil = 0;

export function keyName(event) {
  const held = ["Control", "Alt", "Meta"].filter((name) => event[`${name === "Control" ? "ctrl" : name.toLowerCase()}Key`]);
  return [...held, event.key.length === 1 ? event.key.toLowerCase() : event.key].join("+");
}

export const choices = (text) => (text ?? "").split(/\s+/).filter(Boolean);
export const needsModifier = (name) => /^(Control|Alt|Meta)\+/.test(name);

// Finds what a key does: the element, "wait" inside a sequence, or null.
export function resolve(name, elements, before = []) {
  const typed = [...before, name].join(" ");
  const sequence = elements.find((element) => element.dataset.keySeq === typed);
  if (sequence) return sequence;
  if (before.length === 0) {
    const single = elements.find((element) => choices(element.dataset.key).includes(name));
    if (single) return single;
  }
  return elements.some((element) => element.dataset.keySeq?.startsWith(`${typed} `)) ? "wait" : null;
}

const usable = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true" && (element.checkVisibility?.() ?? true);
const scope = () => one("dialog[open]") ?? document;

// Something folded away in a menu still has its key; something really hidden has not.
export function candidates(root = scope()) {
  return all("[data-key], [data-key-seq]", root).filter((element) => usable(element) || element.matches("nav [data-key-seq]"));
}

export function labelOf(element) {
  const said = element.dataset.keyLabel ?? element.getAttribute("aria-label");
  const words = said ?? [...element.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("");
  return words.trim().replace(/\s+/g, " ");
}

function act(element) {
  if (typing(element)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
    if (element.matches("summary")) element.parentElement.querySelector("a, button")?.focus();
  }
}

export function inventory() {
  const rows = candidates(document).map((element) => ({
    keys: element.dataset.keySeq ? [element.dataset.keySeq] : choices(element.dataset.key),
    label: labelOf(element),
  }));
  const list = one("#keys .keys-list");
  if (one("[data-list]")) {
    for (const [key, name] of Object.entries(LIST_KEYS)) {
      if (key !== "x" || one("[data-select]")) rows.push({ keys: [key], label: list.dataset[name] });
    }
  }
  return [...rows, { keys: ["?"], label: list.dataset.help }];
}

export function showKeys() {
  const list = one("#keys .keys-list");
  list.replaceChildren(...inventory().map(({ keys, label }) => {
    const item = document.createElement("li");
    const caps = document.createElement("span");
    for (const key of keys.flatMap((each) => each.split(/[ +]/))) {
      caps.append(Object.assign(document.createElement("kbd"), { textContent: key.replace("Control", "Ctrl") }), " ");
    }
    item.append(Object.assign(document.createElement("span"), { textContent: label }), caps);
    return item;
  }));
  one("#keys").showModal();
}

// What stands beside the list, or what may stand there when it has arrived.
const belongsToDetail = (found, name) => (found ? found !== "wait" && Boolean(found.closest("#detail")) : !LIST_KEYS[name]);

function pressInDetail(name) {
  const found = resolve(name, candidates());
  if (found && found !== "wait" && found.closest("#detail")) act(found);
}

function onKey(event) {
  const name = keyName(event);
  if (event.defaultPrevented || event.isComposing || event.repeat && !LIST_KEYS[name]) return;
  const single = !needsModifier(name);
  if (single && (document.documentElement.dataset.singleKeys === "off" || typing(event.target))) return;
  if (single && name.length > 1) return;
  if (name === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  const found = resolve(name, candidates(), Date.now() < pendingUntil ? pending : []);
  if (single && isLoading() && belongsToDetail(found, name)) {
    event.preventDefault();
    // Inside a dialog that has been answered there is nothing left to press.
    if (!one("dialog[open]")) afterLoading(() => pressInDetail(name));
    return;
  }
  pending = found === "wait" ? [...(Date.now() < pendingUntil ? pending : []), name] : [];
  pendingUntil = found === "wait" ? Date.now() + SEQUENCE_MS : 0;
  if (!found) {
    if (LIST_KEYS[name] && !one("dialog[open]")) document.dispatchEvent(new CustomEvent("longwatch:row", { detail: name === "x" && event.shiftKey ? "range" : LIST_KEYS[name] }));
    return;
  }
  event.preventDefault();
  if (found !== "wait") act(found);
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) showKeys();
  });
}
