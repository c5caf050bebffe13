// SPDX-License-Identifier: Apache-2.0
// Files dropped anywhere on the zone land in its plain file input.
import { all, one } from "./page.js";

export const size = (bytes) => {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), 3);
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: units[step], maximumFractionDigits: 1 }).format(bytes / 1000 ** step);
};

function list(zone) {
  const files = [...one("input[type=file]", zone).files];
  one(".drop-files", zone)?.replaceChildren(...files.map((file) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("span"), { className: "truncate", textContent: file.name }), size(file.size));
    return item;
  }));
}

export function startDrop() {
  const zoneOf = (event) => event.target.closest?.("[data-drop]");
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const zone = zoneOf(event);
      all(".drop.is-over").forEach((each) => each.classList.remove("is-over"));
      if (!zone) return;
      event.preventDefault();
      if (name === "dragover") zone.classList.add("is-over");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      one("input[type=file]", zone).files = event.dataTransfer.files;
      one("input[type=file]", zone).dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && zoneOf(event)) list(zoneOf(event));
  });
}
