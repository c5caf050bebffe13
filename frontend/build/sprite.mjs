// SPDX-License-Identifier: Apache-2.0
// One SVG file with a <symbol> for every icon the pages name.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export async function iconSprite(modules, listFile) {
  const names = JSON.parse(await readFile(listFile, "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
      const shapes = svg.replace(/<!--.*?-->/gs, "").replace(/<svg[^>]*>|<\/svg>/gs, "").replace(/\s+/g, " ");
      return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
        `stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes.trim()}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
