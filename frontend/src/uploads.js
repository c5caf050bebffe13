// SPDX-License-Identifier: Apache-2.0
// Files on their way into evidence, one after the other; each can pause, go on after a lost connection or a reload, end.
import { Upload } from "tus-js-client";
import { size } from "./drop.js";
import { all, announce, csrfToken, one, onContent } from "./page.js";
import { DELAYS, mayRetry, percent, sentence } from "./retries.js";

const PIECE = 32 * 1024 * 1024;
const sendings = [];
const words = () => one("template[data-upload-row]").dataset;
const said = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), words()[name] ?? "");

// Where a file goes on is remembered under a hash, so that no name of a file stays behind in the browser.
async function mark(file, { endpoint, metadata }) {
  if (!crypto.subtle) return "";
  const person = one(".shell").dataset.person;
  const facts = [person, endpoint, metadata.compartment, file.name, file.size, file.lastModified];
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(facts)));
  return `upload:${[...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const memory = {
  findAllUploads: async () => [],
  async findUploadsByFingerprint(key) {
    const uploadUrl = key && localStorage.getItem(key);
    return uploadUrl ? [{ uploadUrl, urlStorageKey: key, size: null, metadata: {}, creationTime: "" }] : [];
  },
  async addUpload(key, { uploadUrl }) {
    if (key) localStorage.setItem(key, uploadUrl);
    return key;
  },
  removeUpload: async (key) => localStorage.removeItem(key),
};
const carry = (request) => request.setHeader("X-CSRFToken", csrfToken());

class Sending {
  constructor(form, file) {
    this.file = file;
    this.endpoint = form.dataset.upload;
    this.sent = 0;
    this.row = one("template[data-upload-row]").content.firstElementChild.cloneNode(true);
    one(".upload-name", this.row).textContent = file.name;
    one("progress", this.row).setAttribute("aria-label", file.name);
    this.button = one("[data-upload-toggle]", this.row);
    this.button.addEventListener("click", () => this.toggle());
    const cancel = one("[data-upload-cancel]", this.row);
    cancel.dataset.confirm = said("cancelAsk", { name: file.name });
    cancel.addEventListener("click", () => this.cancel());
    this.upload = new Upload(file, {
      endpoint: this.endpoint, chunkSize: PIECE, retryDelays: DELAYS, fingerprint: mark, urlStorage: memory,
      removeFingerprintOnSuccess: true, onBeforeRequest: carry,
      metadata: { filename: file.name, note: form.elements.note?.value ?? "", compartment: form.elements.section?.value ?? "" },
      onUploadUrlAvailable: () => this.forgetUnfinished(),
      onProgress: (sent, total) => this.progress(sent, total),
      onShouldRetry: (error) => this.shouldRetry(error),
      onSuccess: () => this.arrived(),
      onError: (error) => this.failed(error),
    });
    this.show("waiting");
  }

  show(state, text = said(state)) {
    this.state = state;
    this.row.dataset.state = state;
    one(".upload-state", this.row).textContent = text;
    this.button.hidden = !["sending", "paused", "failed"].includes(state);
    this.button.textContent = said({ sending: "pause", failed: "again" }[state] ?? "goOn");
  }

  async start() {
    this.show("sending", said("waiting"));
    const [before] = this.upload.url ? [] : await this.upload.findPreviousUploads();
    if (before) this.upload.resumeFromPreviousUpload(before);
    if (this.state === "sending") this.upload.start();
  }

  progress(sent, total) {
    // A piece that is sent again says nothing new until it comes further than before.
    if (this.state !== "sending" || (this.retrying && sent <= this.sent)) return;
    Object.assign(this, { sent, retrying: false });
    const done = percent(sent, total);
    one("progress", this.row).value = done;
    one(".upload-state", this.row).textContent = said("sending", { percent: done, size: size(total) });
  }

  shouldRetry(error) {
    const again = mayRetry(error.originalResponse?.getStatus() ?? 0);
    this.retrying = again;
    if (again) one(".upload-state", this.row).textContent = said("retrying");
    return again;
  }

  toggle() {
    if (this.state === "sending") {
      this.upload.abort();
      this.show("paused");
      announce(`${this.file.name}: ${said("paused")}`);
    } else this.show("waiting");
    next();
  }

  arrived() {
    announce(said("arrived", { name: this.file.name }));
    this.leave();
    window.htmx.trigger("#exhibits-there", "refresh");
  }

  failed(error) {
    const answer = error.originalResponse;
    this.lost = !answer?.getStatus();
    this.show("failed", sentence(answer?.getBody()) || said(this.lost ? "lost" : "failed"));
    announce(`${this.file.name}: ${one(".upload-state", this.row).textContent}`);
    next();
  }

  async cancel() {
    try {
      await this.upload.abort(Boolean(this.upload.url));
    } catch {
      // Its pieces are forgotten by the server after a day.
    }
    announce(said("cancelled", { name: this.file.name }));
    this.leave();
  }

  leave() {
    this.state = "gone";
    sendings.splice(sendings.indexOf(this), 1);
    this.row.remove();
    next();
  }

  // What the page said of this file when it was loaded is told by its own line now.
  forgetUnfinished() {
    const address = new URL(this.upload.url, location.href).pathname;
    all("[data-upload-url]").filter((each) => each.dataset.uploadUrl === address).forEach((each) => each.remove());
  }
}

// One at a time, in the order in which they were chosen, so that their numbers have it too.
function next() {
  if (!sendings.some((each) => each.state === "sending")) sendings.find((each) => each.state === "waiting")?.start();
}

function place() {
  for (const list of all("[data-uploads]")) {
    list.append(...sendings.filter((each) => each.endpoint === list.dataset.uploads && !each.row.isConnected).map((each) => each.row));
  }
}

export function send(form) {
  const input = one("input[type=file]", form);
  sendings.push(...[...input.files].map((file) => new Sending(form, file)));
  form.reset();
  for (const field of form.elements) field.dispatchEvent(new Event(field.type === "file" ? "change" : "input", { bubbles: true }));
  place();
  next();
}

// Ends an upload that was begun before this page was loaded.
export async function forget(button) {
  const row = button.closest("[data-upload-url]");
  const answer = await fetch(row.dataset.uploadUrl, { method: "DELETE", headers: { "X-CSRFToken": csrfToken(), "Tus-Resumable": "1.0.0" } });
  if (answer.ok || answer.status === 404) row.remove();
  announce(answer.ok ? said("cancelled", { name: one(".upload-name", row).textContent }) : said("failed"));
}

onContent(place);
addEventListener("online", () => {
  sendings.filter((each) => each.state === "failed" && each.lost).forEach((each) => each.show("waiting"));
  next();
});
addEventListener("beforeunload", (event) => {
  if (sendings.some((each) => ["sending", "waiting"].includes(each.state))) event.preventDefault();
});
