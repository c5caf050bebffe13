// SPDX-License-Identifier: Apache-2.0
// One SVG file with a <symbol> for every icon the pages name.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// Severity below "high" is bars of three; Lucide's own leave the missing bars out and look like dust when small.
const bars = (lit) =>
  ["M5 20v-4", "M12 20v-9", "M19 20V5"]
    .map((path, index) => `<path stroke-width="4.500" opacity="${index < lit ? 1 : 0.28}" d="${path}"/>`)
    .join("");
const symbol = (name, shapes) =>
  `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
  `stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
const OWN = { "severity-low": bars(1), "severity-medium": bars(2) };

export async function iconSprite(modules, listFile) {
  const names = JSON.parse(await readFile(listFile, "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      if (OWN[name]) return symbol(name, OWN[name]);
      const svg = await readFile(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
      const shapes = svg.replace(/<!--.*?-->/gs, "").replace(/<svg[^>]*>|<\/svg>/gs, "").replace(/\s+/g, " ");
      return symbol(name, shapes.trim());
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
