// SPDX-License-Identifier: Apache-2.0
// form data-passkey="create|get|enter" asks the device for a passkey and sends what it answers as `credential`.
import { showToast } from "./toasts.js";
import { word } from "./page.js";

const OPTIONS = { create: "creation_options", get: "request_options", enter: "request_options" };

async function optionsOf(form) {
  if (form.dataset.passkey !== "enter") return JSON.parse(document.getElementById("passkey-data").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return answer.json();
}

async function credentialFor(form) {
  const kind = form.dataset.passkey;
  const { publicKey } = (await optionsOf(form))[OPTIONS[kind]];
  if (kind !== "create") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  }
  // Kept on the device with its owner's name, so that it opens the account by itself.
  publicKey.authenticatorSelection = { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.dataset?.passkey || form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    form.elements.credential.value = JSON.stringify((await credentialFor(form)).toJSON());
    form.submit();
  } catch {
    showToast(word("noPasskey"));
  }
}

export function startPasskeys() {
  document.addEventListener("submit", onSubmit, true);
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = true;
  }
}
